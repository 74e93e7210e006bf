import type { Clock } from '../clock';
import type { JsonAnswer } from '../json-http';
import { type Silence, silenceState } from '../monitoring/silence';
import type { Silences } from '../monitoring/silences';

interface MuteSystem {
  readonly clock: Clock;
  readonly silences: Silences;
}

/** Mutes that came by webhook are silences like others, found again by their marker. */
export function muteWebhook(body: Readonly<Record<string, unknown>>, system: MuteSystem): JsonAnswer {
  switch (body.action) {
    case 'mute':
      return mute(body, system);
    case 'lift':
      return lift(String(body.marker), system);
    case 'list':
      return {
        status: 200,
        body: {
          mutes: active(system)
            .map(muteDocument)
            .filter(ofCampaign(String(body.campaign))),
        },
      };
    default:
      return { status: 400, body: `unknown action ${String(body.action)}` };
  }
}

function mute(body: Readonly<Record<string, unknown>>, { clock, silences }: MuteSystem): JsonAnswer {
  const endsAt = Date.parse(String(body.endsAt));
  if (!(endsAt > clock.now())) return { status: 400, body: 'endsAt is not in the future' };
  const comment = String(body.marker);
  const known = active({ clock, silences }).find((silence) => silence.comment === comment);
  const ref = Object.entries((body.ref ?? {}) as Record<string, unknown>);
  const matchers = ref.map(([name, value]) => ({
    name,
    value: String(value),
    isRegex: false,
    isEqual: true,
  }));
  const id = silences.put({
    ...(known && { id: known.id }),
    matchers,
    startsAt: known?.startsAt ?? clock.now(),
    endsAt: Math.max(endsAt, known?.endsAt ?? 0),
    createdBy: 'webhook',
    comment,
  });
  return { status: 200, body: { id, endsAt: new Date(silences.get(id)?.endsAt ?? endsAt).toISOString() } };
}

function lift(marker: string, system: MuteSystem): JsonAnswer {
  const found = active(system).filter(({ comment }) => comment === marker);
  found.forEach(({ id }) => system.silences.expire(id));
  return found.length > 0 ? { status: 200, body: {} } : { status: 404, body: 'no such mute' };
}

function active({ clock, silences }: MuteSystem): Silence[] {
  return silences.list().filter((silence) => silenceState(silence, clock.now()) === 'active');
}

function muteDocument({ comment, id, endsAt }: Silence) {
  return { marker: comment, id, endsAt: new Date(endsAt).toISOString() };
}

function ofCampaign(campaign: string) {
  return ({ marker }: { marker: string }) => marker.startsWith(`patchtide:${campaign}:`);
}
