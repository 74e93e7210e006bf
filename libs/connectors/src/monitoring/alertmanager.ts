import {
  type Matcher,
  type Silence,
  filterOf,
  matchersOf,
  sameMatchers,
  silencesOf,
} from './alertmanager-silence';
import { CallFailed, type CallOptions } from './call';
import { type HttpRequest, below, httpCallOk, jsonOf } from './http-call';
import { claimOf, markerOf } from './marker';
import type { Monitoring, Mute, MuteLease } from './monitoring';

export interface AlertmanagerOptions {
  /** Base URL, e.g. `http://127.0.0.1:9093`, with the path prefix if there is one. */
  url: string;
  bearerToken?: string;
  /** Shown in Alertmanager as the silence's creator. */
  createdBy?: string;
}

const MAX_LIST_BYTES = 64 * 1024 * 1024;
/** Alertmanager moves a start in the past to its own now; asking for it spares us comparing two clocks. */
const START_NOW = '2000-01-01T00:00:00.000Z';

/**
 * Mutes as silences of Prometheus Alertmanager (API v2, 0.25 and later). The marker is the silence's comment.
 * Alertmanager has no identity of ours, changes ids on updates and forgets young silences in a crash:
 * hence look first, post, read back, and end what is double.
 */
export class AlertmanagerMonitoring implements Monitoring {
  constructor(private readonly options: AlertmanagerOptions) {}

  async mute(lease: MuteLease, call: CallOptions): Promise<Mute> {
    const matchers = matchersOf(lease.ref);
    const marker = markerOf(lease);
    const known = best(await this.find(marker, matchers, call));
    if (!known || !covers(known, lease.endsAt)) await this.post(marker, matchers, { lease, known, call });
    return this.settle(lease, matchers, call);
  }

  async lift(mute: Omit<MuteLease, 'endsAt'>, call: CallOptions): Promise<void> {
    const live = await this.find(markerOf(mute), matchersOf(mute.ref), call);
    for (const silence of live) await this.end(silence, call);
  }

  async list(campaign: string, call: CallOptions): Promise<readonly Mute[]> {
    const silences = await this.silences([], call);
    return silences.flatMap((silence) => {
      const claim = silence.state === 'active' ? claimOf(silence.comment) : undefined;
      return claim?.campaign === campaign ? [muteOf(silence, claim)] : [];
    });
  }

  /** Two callers that both saw nothing have both posted: both read back and keep the same one. */
  private async settle(lease: MuteLease, matchers: readonly Matcher[], call: CallOptions): Promise<Mute> {
    const live = await this.find(markerOf(lease), matchers, call);
    const kept = best(live.filter((silence) => covers(silence, lease.endsAt)));
    if (!kept) {
      throw new CallFailed(
        'unexpected-answer',
        'Alertmanager took the silence but does not list it as active',
        {
          retryable: true,
        },
      );
    }
    for (const silence of live) if (silence.id !== kept.id) await this.end(silence, call);
    return muteOf(kept, lease);
  }

  private async find(marker: string, matchers: readonly Matcher[], call: CallOptions): Promise<Silence[]> {
    const silences = await this.silences(matchers, call);
    return silences.filter(
      (silence) =>
        silence.state !== 'expired' && silence.comment === marker && sameMatchers(silence.matchers, matchers),
    );
  }

  private async silences(matchers: readonly Matcher[], call: CallOptions): Promise<Silence[]> {
    const url = below(this.options.url, 'api/v2/silences');
    for (const matcher of matchers) url.searchParams.append('filter', filterOf(matcher));
    const request: HttpRequest = { url, method: 'GET', headers: this.headers(), maxBytes: MAX_LIST_BYTES };
    return silencesOf(jsonOf(await httpCallOk(request, call), request));
  }

  private async post(
    marker: string,
    matchers: readonly Matcher[],
    { lease, known, call }: { lease: MuteLease; known: Silence | undefined; call: CallOptions },
  ): Promise<void> {
    const body = JSON.stringify({
      // An update in place needs the same id, matchers and start; anything else makes a new silence.
      ...(known ? { id: known.id } : {}),
      matchers,
      startsAt: known?.startsAt ?? START_NOW,
      endsAt: lease.endsAt,
      createdBy: this.options.createdBy ?? 'patchtide',
      comment: marker,
    });
    const url = below(this.options.url, 'api/v2/silences');
    const headers = { ...this.headers(), 'content-type': 'application/json' };
    // 404: the silence we wanted to prolong has gone meanwhile; settle() then says so and the caller repeats.
    await httpCallOk({ url, method: 'POST', headers, body }, call, known ? [404] : []);
  }

  private async end(silence: Silence, call: CallOptions): Promise<void> {
    const url = below(this.options.url, `api/v2/silence/${encodeURIComponent(silence.id)}`);
    // 404: gone since we looked, which is what was wanted (0.25 says 500 for it: the repeated call finds nothing).
    await httpCallOk({ url, method: 'DELETE', headers: this.headers() }, call, [404]);
  }

  private headers(): Record<string, string> {
    const { bearerToken } = this.options;
    return bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` };
  }
}

function covers(silence: Silence, endsAt: string): boolean {
  return silence.state === 'active' && Date.parse(silence.endsAt) >= Date.parse(endsAt);
}

/** The one that lasts longest; equal ones by id, so that every caller picks the same. */
function best(silences: readonly Silence[]): Silence | undefined {
  return [...silences].sort(
    (a, b) => Date.parse(b.endsAt) - Date.parse(a.endsAt) || (a.id < b.id ? -1 : 1),
  )[0];
}

function muteOf(silence: Silence, claim: { campaign: string; subject: string }): Mute {
  return {
    campaign: claim.campaign,
    subject: claim.subject,
    id: silence.id,
    endsAt: new Date(silence.endsAt).toISOString(),
  };
}
