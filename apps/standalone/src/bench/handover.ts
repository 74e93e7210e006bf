import type { CampaignEvent, Plan } from '@patchtide/contracts';
import type { StoredEvent } from '@patchtide/event-store';

/** When an attempt ran on its host, by the host's own clock. */
export interface AttemptTimes {
  readonly attemptId: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/**
 * Milliseconds from the end of a job on its host to the start of each job that waited for nothing else any more. Only
 * pairs of host jobs are counted, and of those only jobs dispatched as soon as their last predecessor was known to
 * have ended: a job that waits for a limit or a wave waits on purpose.
 */
export function handoversMs(
  plan: Plan,
  events: readonly StoredEvent[],
  attempts: readonly AttemptTimes[],
): number[] {
  const times = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]));
  const ends = new Map<string, { version: number; attemptId: string }>();
  const dispatches = new Map<string, { version: number; attemptId: string }>();
  for (const stored of events) {
    const event = { type: stored.type, data: stored.data } as unknown as CampaignEvent;
    if (event.type === 'JobDispatched')
      dispatches.set(event.data.job, { version: stored.version, attemptId: event.data.attemptId });
    if (event.type === 'JobSucceeded') {
      const attemptId = `${plan.change}/${event.data.job}/${event.data.attempt}`;
      ends.set(event.data.job, { version: stored.version, attemptId });
    }
  }
  const nextDecision = decisionAfter(events);
  return plan.jobs.flatMap((job) => {
    const dispatched = dispatches.get(job.id);
    const before = job.dependsOn.flatMap((id) => ends.get(id) ?? []);
    const last = before.reduce((latest, end) => (end.version > latest.version ? end : latest), {
      version: 0,
      attemptId: '',
    });
    if (!dispatched || last.version === 0 || dispatched.version > nextDecision(last.version)) return [];
    const startedAt = times.get(dispatched.attemptId)?.startedAt;
    const endedAt = times.get(last.attemptId)?.endedAt;
    return startedAt === undefined || endedAt === undefined ? [] : [Math.max(0, startedAt - endedAt)];
  });
}

/** The version at which the next report was recorded: what was dispatched later than that had to wait for something. */
function decisionAfter(events: readonly StoredEvent[]): (version: number) => number {
  const reports = events
    .filter(({ type }) => type === 'JobSucceeded' || type === 'JobStarted' || type === 'JobFailed')
    .map(({ version }) => version);
  return (version) => {
    let low = 0;
    let high = reports.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((reports[middle] ?? 0) > version) high = middle;
      else low = middle + 1;
    }
    return reports[low] ?? Infinity;
  };
}
