import type { SuppressionEvent } from '@patchtide/contracts';

export type Kind = 'mute' | 'hold';

/** One monitor or batch job of a campaign, as its events tell it. */
export interface Suppression {
  readonly kind: Kind;
  readonly subject: string;
  readonly ci: string;
  readonly system: string;
  readonly ref: Readonly<Record<string, unknown>>;
  readonly target?: Readonly<Record<string, string | number>>;
  readonly windowEnd: string;
  /** `intended`: about to be taken, perhaps taken. `taken`: confirmed, owed back. `lifted`: given back. */
  readonly status: 'intended' | 'taken' | 'lifted';
  /** What a release must return to. */
  readonly prior?: Readonly<Record<string, string>>;
}

export interface SuppressionState {
  readonly version: number;
  readonly suppressions: ReadonlyMap<string, Suppression>;
  /** What was recorded, by event id: ids are made of attempts, so this says which attempt did what already. */
  readonly recorded: ReadonlySet<string>;
}

export interface Recorded {
  readonly id: string;
  readonly version: number;
  readonly event: SuppressionEvent;
}

export const emptyState: SuppressionState = { version: 0, suppressions: new Map(), recorded: new Set() };

export function keyOf({ kind, subject }: { kind: Kind; subject: string }): string {
  return `${kind} ${subject}`;
}

/** The state after more events. Trusts history: no rules here. */
export function evolveAll(state: SuppressionState, events: readonly Recorded[]): SuppressionState {
  const suppressions = new Map(state.suppressions);
  const recorded = new Set(state.recorded);
  for (const { id, event } of events) {
    recorded.add(id);
    const key = keyOf(event.data);
    const next = evolve(suppressions.get(key), event);
    if (next) suppressions.set(key, next);
  }
  return { version: events.at(-1)?.version ?? state.version, suppressions, recorded };
}

function evolve(known: Suppression | undefined, event: SuppressionEvent): Suppression | undefined {
  switch (event.type) {
    case 'SuppressionIntended': {
      const { at: _at, ...wish } = event.data;
      if (known?.status !== 'taken') return { ...wish, status: 'intended' };
      // A later attempt at what is held already: it stays owed, with what was there before the first one.
      return { ...wish, status: 'taken', ...(known.prior ? { prior: known.prior } : {}) };
    }
    case 'SuppressionTaken': {
      const prior = known?.prior ?? event.data.prior;
      return known && { ...known, status: 'taken', ...(prior ? { prior } : {}) };
    }
    case 'SuppressionLifted':
      return known && { ...known, status: 'lifted' };
  }
}

/** Whether anything taken, or perhaps taken, has not been given back. */
export function hasOpen(state: SuppressionState): boolean {
  return [...state.suppressions.values()].some(({ status }) => status !== 'lifted');
}
