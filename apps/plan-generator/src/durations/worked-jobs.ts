import type { Action, Plan } from '@patchtide/contracts';
import { kindOfWork } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';

/** What a job's duration is kept under. */
export interface WorkedJob {
  readonly action: Action;
  readonly kind: string;
  readonly ci: string;
}

/** Plans of large campaigns are tens of megabytes of text; few campaigns are under way at once. */
const MAX_PLANS = 4;

/** What the jobs of stored plans work on. */
export class WorkedJobs {
  /** Least recently used first. */
  private readonly plans = new Map<string, ReadonlyMap<string, WorkedJob>>();

  constructor(private readonly store: Pick<EventStore, 'getDocument'>) {}

  /** Undefined when the plan has no such job, or is not stored any more: durations are worth less than going on. */
  async of(planDigest: string, job: string): Promise<WorkedJob | undefined> {
    const jobs = this.plans.get(planDigest) ?? (await this.read(planDigest));
    this.plans.delete(planDigest);
    this.plans.set(planDigest, jobs);
    const [oldest] = this.plans.keys();
    if (oldest !== undefined && this.plans.size > MAX_PLANS) this.plans.delete(oldest);
    return jobs.get(job);
  }

  private async read(planDigest: string): Promise<ReadonlyMap<string, WorkedJob>> {
    const document = await this.store.getDocument(planDigest);
    if (!document) return new Map();
    const { jobs, servers } = JSON.parse(document.text) as Plan;
    return new Map(
      jobs.map((job) => {
        const { action, ci } = job;
        return [job.id, { action, kind: kindOfWork(job, servers[job.server]?.os), ci }];
      }),
    );
  }
}
