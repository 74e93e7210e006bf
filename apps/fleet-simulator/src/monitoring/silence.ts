/** Alertmanager's words for a silence and what it matches. */
export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface Silence {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  startsAt: number;
  endsAt: number;
  updatedAt: number;
  readonly createdBy: string;
  readonly comment: string;
}

export type SilenceState = 'pending' | 'active' | 'expired';

export type Labels = Readonly<Record<string, string>>;

export function silenceState({ startsAt, endsAt }: Silence, now: number): SilenceState {
  if (now >= endsAt) return 'expired';
  return now < startsAt ? 'pending' : 'active';
}

/** All matchers must agree; a label that is not there counts as empty. */
export function silenceMatches({ matchers }: Silence, labels: Labels): boolean {
  return matchers.every((matcher) => agrees(matcher, labels[matcher.name] ?? ''));
}

/** Whether a matcher accepts a value. Regular expressions match whole values. */
export function agrees({ value, isRegex, isEqual }: Matcher, actual: string): boolean {
  const isSame = isRegex ? new RegExp(`^(?:${value})$`).test(actual) : value === actual;
  return isSame === isEqual;
}

/** The form of the v2 API. */
export function silenceDocument(silence: Silence, now: number) {
  const time = (at: number) => new Date(at).toISOString();
  return {
    id: silence.id,
    status: { state: silenceState(silence, now) },
    matchers: silence.matchers,
    startsAt: time(silence.startsAt),
    endsAt: time(silence.endsAt),
    updatedAt: time(silence.updatedAt),
    createdBy: silence.createdBy,
    comment: silence.comment,
  };
}
