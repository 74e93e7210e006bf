import type { CampaignEvent, Plan, PlanJob } from '@patchtide/contracts';
import { PATCHTIDE } from '../campaign/state';

/** Keeps account of failed servers per scope, from the events alone. */
export class BudgetBook {
  private readonly failing = new Set<string>();
  private readonly askedFor = new Set<string>();

  constructor(
    private readonly plan: Plan,
    private readonly jobs: ReadonlyMap<string, PlanJob>,
  ) {}

  read(event: CampaignEvent): void {
    switch (event.type) {
      case 'JobFailed':
        this.failing.add(event.data.job);
        this.askedFor.delete(event.data.job);
        return;
      case 'JobRetryScheduled':
        if (event.data.by === PATCHTIDE) this.failing.delete(event.data.job);
        else this.askedFor.add(event.data.job);
        return;
      case 'JobHandedBack':
        this.askedFor.add(event.data.job);
        return;
      case 'JobSucceeded':
      case 'JobSkipped':
      case 'JobCompleted':
      case 'JobTakenOver':
        this.failing.delete(event.data.job);
        return;
      default:
    }
  }

  /** Whether a budget forbids to stop this component now; what an operator asked for is their decision. */
  forbids(job: PlanJob): boolean {
    if (job.action !== 'STOP' || this.askedFor.has(job.id)) return false;
    const exhausted = this.exhausted();
    return this.scopesOf(job).some(([scope]) => exhausted.has(scope));
  }

  /** Scopes in which as many servers have failed as may. */
  exhausted(): ReadonlySet<string> {
    const servers = new Map<string, Set<string>>();
    const limits = new Map<string, number>();
    for (const id of this.failing) {
      const job = this.jobs.get(id);
      for (const [scope, limit] of job ? this.scopesOf(job) : []) {
        servers.set(scope, (servers.get(scope) ?? new Set()).add(job?.server ?? ''));
        limits.set(scope, limit);
      }
    }
    return new Set(
      [...servers]
        .filter(([scope, failed]) => failed.size >= (limits.get(scope) ?? 0))
        .map(([scope]) => scope),
    );
  }

  private scopesOf(job: PlanJob): [string, number][] {
    const { campaign, tier, application, cluster } = this.plan.budgets;
    const applications = job.application === null ? job.applications : [job.application];
    const scopes: [string, number | null | undefined][] = [
      ['the campaign', campaign],
      [`tier ${job.tier}`, job.tier === null ? null : tier[job.tier]],
      ...applications.map((name): [string, number | null] => [`application ${name}`, application]),
      [`cluster ${job.cluster}`, job.cluster === null ? null : cluster],
    ];
    return scopes.flatMap(([scope, limit]): [string, number][] =>
      limit === null || limit === undefined ? [] : [[scope, limit]],
    );
  }
}
