import { type Campaign, conditionsOf } from '@patchtide/domain';
import type { ConditionShape } from '../shapes/condition';

/** What a campaign's jobs wait for from the business, in the order of names. */
export function conditionViews({ execution }: Campaign, at: string): ConditionShape[] {
  if (!execution) return [];
  return conditionsOf(execution, at).map(({ name, isMet, word, waiting }) => ({
    name,
    met: isMet,
    until: word?.until ?? null,
    by: word?.by ?? null,
    reason: word?.reason ?? '',
    at: word?.at ?? null,
    waiting,
  }));
}
