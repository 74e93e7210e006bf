import { CallFailed, type CallOptions } from './call';
import { claimOf, markerOf } from './marker';
import type { Monitoring, Mute, MuteLease } from './monitoring';
import { type SignedWebhookOptions, postSigned } from './signed-webhook';

/**
 * Mutes through a receiver that the user writes for a monitoring system we do not know. One URL, three signed POSTs
 * (see signature.ts for the header); the receiver must be idempotent by `marker` and let mutes end by themselves:
 *
 *   { "version": 1, "action": "mute", "marker", "campaign", "subject", "ref": {…}, "endsAt" }
 *     -> 200 { "id"?: "…", "endsAt": "…" }   the end now in force, which is never before the one asked for
 *   { "version": 1, "action": "lift", "marker", "campaign", "subject", "ref": {…} }
 *     -> 2xx, or 404 when there is none
 *   { "version": 1, "action": "list", "campaign" }
 *     -> 200 { "mutes": [ { "marker": "…", "id"?: "…", "endsAt": "…" } ] }   active ones only
 */
export class WebhookMonitoring implements Monitoring {
  constructor(private readonly options: SignedWebhookOptions) {}

  async mute(lease: MuteLease, call: CallOptions): Promise<Mute> {
    if (Object.keys(lease.ref).length === 0) {
      throw new CallFailed('bad-reference', "The monitor's ref is empty: nothing says what to mute", {
        retryable: false,
      });
    }
    const marker = markerOf(lease);
    const { campaign, subject, ref, endsAt } = lease;
    const payload = { version: 1, action: 'mute', marker, campaign, subject, ref, endsAt };
    const mute = muteOf({ marker, ...(await postSigned(this.options, payload, call)) });
    if (mute && Date.parse(mute.endsAt) >= Date.parse(endsAt)) return mute;
    throw unexpected('does not confirm the end of the mute');
  }

  async lift(mute: Omit<MuteLease, 'endsAt'>, call: CallOptions): Promise<void> {
    const { campaign, subject, ref } = mute;
    const payload = { version: 1, action: 'lift', marker: markerOf(mute), campaign, subject, ref };
    await postSigned(this.options, payload, call, [404]);
  }

  async list(campaign: string, call: CallOptions): Promise<readonly Mute[]> {
    const { mutes } = await postSigned(this.options, { version: 1, action: 'list', campaign }, call);
    if (!Array.isArray(mutes)) throw unexpected('does not answer with a list of mutes');
    return mutes.map((entry: unknown) => {
      const mute = muteOf(entry);
      if (mute?.campaign !== campaign) throw unexpected('lists something that is not a mute of the campaign');
      return mute;
    });
  }
}

function muteOf(json: unknown): Mute | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { marker, id, endsAt } = json as Record<string, unknown>;
  if (typeof marker !== 'string' || typeof endsAt !== 'string') return undefined;
  const [claim, end] = [claimOf(marker), Date.parse(endsAt)];
  if (!claim || Number.isNaN(end)) return undefined;
  return { ...claim, id: typeof id === 'string' ? id : marker, endsAt: new Date(end).toISOString() };
}

function unexpected(what: string): CallFailed {
  return new CallFailed('unexpected-answer', `The monitoring webhook ${what}`, { retryable: true });
}
