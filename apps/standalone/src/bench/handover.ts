import type { CampaignEvent } from '@patchtide/contracts';
import type { StoredEvent } from '@patchtide/event-store';

/** When an attempt ran on its host, by the host's own clock. */
export interface AttemptTimes {
  readonly attemptId: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** What the decision about one report consists of; any other event begins another decision. */
const SAME_DECISION = new Set([
  'JobDispatched',
  'ObligationOpened',
  'ObligationDischarged',
  'IncidentResolved',
  'BudgetRecovered',
]);

/**
 * Milliseconds from the end of a job on its host to the start, on its host, of each job that this end set free: because
 * it was the last predecessor, or because it held the slot that the other one waited for. Both ends must be host jobs.
 */
export function handoversMs(
  campaign: string,
  events: readonly StoredEvent[],
  attempts: readonly AttemptTimes[],
): number[] {
  const times = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
  const found: number[] = [];
  let endedAt: number | undefined;
  for (const stored of events) {
    const event = { type: stored.type, data: stored.data } as unknown as CampaignEvent;
    if (event.type === 'JobSucceeded') {
      endedAt = times.get(`${campaign}/${event.data.job}/${event.data.attempt}`)?.endedAt;
    } else if (event.type === 'JobDispatched') {
      const startedAt = times.get(event.data.attemptId)?.startedAt;
      if (startedAt !== undefined && endedAt !== undefined) found.push(Math.max(0, startedAt - endedAt));
    } else if (!SAME_DECISION.has(event.type)) {
      endedAt = undefined;
    }
  }
  return found;
}
