import { type Kind, type Suppression, type SuppressionState, keyOf } from './suppression-state';

export interface LeaseSettings {
  /** A mute or hold that nobody renews ends after this long. */
  readonly leaseMs: number;
  /** How long after the window's end something may still be held, for what is being restored then. */
  readonly graceMs: number;
  /** Holds that a reboot drops are asserted again this often, because patched hosts reboot. */
  readonly volatileMs: number;
}

/** What this process knows of a lease since it started; events do not carry renewals. */
export interface Lease {
  readonly endsAt: string;
  readonly assertedAtMs: number;
}

/** A mute that a monitoring system lists for the campaign. */
export interface Listed {
  readonly subject: string;
  readonly endsAt: string;
}

export interface Keeping {
  readonly state: SuppressionState;
  /** By key of the suppression. */
  readonly leases: ReadonlyMap<string, Lease>;
  /** Keys of what shall be given back. */
  readonly leaving: ReadonlySet<string>;
  /** By monitoring system; a system that could not be asked is absent. */
  readonly listings: ReadonlyMap<string, readonly Listed[]>;
  readonly nowMs: number;
  readonly settings: LeaseSettings;
}

export type Reason = 'not-seen-since-start' | 'due' | 'lost' | 'lifted-but-listed';

export type KeepAction =
  | {
      readonly do: 'assert';
      readonly suppression: Suppression;
      readonly endsAt: string;
      readonly why: Reason;
    }
  | { readonly do: 'lift'; readonly suppression: Suppression; readonly why: Reason };

/** Clocks differ and systems round: an end this much earlier than ours is still ours. */
const TOLERANCE_MS = 5_000;

/** The end of a lease taken now: never past the window's end and its grace. Undefined when that is over. */
export function leaseEnd(windowEnd: string, nowMs: number, settings: LeaseSettings): string | undefined {
  const limitMs = Date.parse(windowEnd) + settings.graceMs;
  return nowMs < limitMs ? new Date(Math.min(nowMs + settings.leaseMs, limitMs)).toISOString() : undefined;
}

/**
 * What the keeper of mutes or of holds must do now. Taken suppressions are asserted when nobody here has done so since the start, at a third
 * of the lease, and at once when their system does not list them; nothing is asserted past the window's end and its
 * grace, so that everything ends by itself then. What was lifted and is listed all the same is lifted again.
 * The most urgent come first.
 */
export function planKeeping(kind: Kind, keeping: Keeping): KeepAction[] {
  const mine = [...keeping.state.suppressions.values()].filter((suppression) => suppression.kind === kind);
  const planned = mine.flatMap((suppression) => {
    const action =
      suppression.status === 'lifted' ? stray(suppression, keeping) : renewal(suppression, keeping);
    return action ? [action] : [];
  });
  const urgency = ({ suppression }: KeepAction) =>
    Date.parse(keeping.leases.get(keyOf(suppression))?.endsAt ?? '') || 0;
  return planned.sort((a, b) => urgency(a) - urgency(b));
}

function renewal(suppression: Suppression, keeping: Keeping): KeepAction | undefined {
  const { nowMs, settings, leases } = keeping;
  // What was only intended is its attempt's business: it ends by itself, or the attempt comes back.
  if (suppression.status !== 'taken' || keeping.leaving.has(keyOf(suppression))) return undefined;
  const endsAt = leaseEnd(suppression.windowEnd, nowMs, settings);
  if (endsAt === undefined) return undefined;
  const lease = leases.get(keyOf(suppression));
  const why = reasonToAssert(suppression, lease, keeping);
  return why && { do: 'assert', suppression, endsAt, why };
}

function reasonToAssert(
  suppression: Suppression,
  lease: Lease | undefined,
  keeping: Keeping,
): Reason | undefined {
  if (!lease) return 'not-seen-since-start';
  if (keeping.nowMs - lease.assertedAtMs >= intervalMs(suppression, keeping.settings)) return 'due';
  const listing = listingOf(suppression, keeping);
  if (!listing) return undefined;
  const listed = listing.find(({ subject }) => subject === suppression.subject);
  return listed && Date.parse(listed.endsAt) >= Date.parse(lease.endsAt) - TOLERANCE_MS ? undefined : 'lost';
}

/** Two renewals may fail before a lease runs out. */
function intervalMs({ kind, system }: Suppression, { leaseMs, volatileMs }: LeaseSettings): number {
  const third = leaseMs / 3;
  return kind === 'hold' && system === 'systemd-timer' ? Math.min(third, volatileMs) : third;
}

function stray(suppression: Suppression, keeping: Keeping): KeepAction | undefined {
  const isListed = listingOf(suppression, keeping)?.some(({ subject }) => subject === suppression.subject);
  return isListed ? { do: 'lift', suppression, why: 'lifted-but-listed' } : undefined;
}

function listingOf({ kind, system }: Suppression, { listings }: Keeping): readonly Listed[] | undefined {
  return kind === 'mute' ? listings.get(system) : undefined;
}

/** The systems whose listings matter for a campaign. */
export function systemsToList(state: SuppressionState): string[] {
  const mutes = [...state.suppressions.values()].filter(({ kind }: { kind: Kind }) => kind === 'mute');
  return [...new Set(mutes.map(({ system }) => system))].sort();
}
