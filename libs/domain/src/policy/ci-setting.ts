import type { Exception, Policy } from '@patchtide/contracts';
import { pointer } from './pointer';

/** A value that holds for a CI, and which rule gives it. */
export interface CiSetting {
  readonly name: string;
  readonly value: string;
  /** In words: the default, a shipped kind, the policy, or an exception with owner, end and reason. */
  readonly from: string;
  /** JSON pointer into the policy; null: the policy says nothing about it. */
  readonly place: string | null;
}

/** Where a value comes from. */
export type Origin = Pick<CiSetting, 'from' | 'place'>;

export const DEFAULT: Origin = { from: 'default', place: null };

export function fromPolicy(...path: readonly (string | number)[]): Origin {
  return { from: 'policy', place: pointer(...path) };
}

export function fromException(policy: Policy, exception: Exception, ...path: readonly string[]): Origin {
  const { owner, until, reason } = exception;
  const position = policy.exceptions?.indexOf(exception) ?? 0;
  return {
    from: `exception of ${owner} until ${until}: ${reason}`,
    place: pointer('exceptions', position, 'set', ...path),
  };
}

export function setting(name: string, value: string | number, origin: Origin): CiSetting {
  return { name, value: String(value), from: origin.from, place: origin.place };
}
