import type { Action, EstimateSource, Policy } from '@patchtide/contracts';
import { durationMs } from '../duration';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** Expected durations where neither past campaigns nor the policy know better. */
const DEFAULT_MS: Readonly<Record<Action, number>> = {
  MUTE: 5 * SECOND_MS,
  HOLD: 5 * SECOND_MS,
  STOP: 30 * SECOND_MS,
  PATCH: 10 * MINUTE_MS,
  REBOOT: 5 * MINUTE_MS,
  VERIFY: 15 * SECOND_MS,
  START: MINUTE_MS,
  RELEASE: 5 * SECOND_MS,
  UNMUTE: 5 * SECOND_MS,
  MANUAL: 10 * MINUTE_MS,
  CHECK: 15 * SECOND_MS,
};
/** A duration that somebody wrote down is taken for the middle one; nine of ten stay below this many times it. */
const ASSUMED_SPREAD = 1.5;

export interface Estimate {
  readonly estimateMs: number;
  readonly estimateFrom: EstimateSource;
}

/** How long a job of this action is expected to take as long as no past campaign tells. */
export function estimateOf(policy: Policy, action: Action): Estimate {
  const given = policy.durations?.[action];
  return assumed(durationMs(given, DEFAULT_MS[action]), given === undefined ? 'default' : 'policy');
}

/** An expected duration of which nothing but itself is known. */
export function assumed(estimateMs: number, from: 'policy' | 'default'): Estimate {
  return { estimateMs, estimateFrom: { from, samples: 0, p90Ms: Math.round(estimateMs * ASSUMED_SPREAD) } };
}
