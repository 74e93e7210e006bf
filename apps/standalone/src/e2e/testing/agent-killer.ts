import type { Report } from '@patchtide/contracts';
import type { HostAction, HostInCampaign } from './host-in-campaign';

/** Kills agents by what they report. `reports` grows while it is used. */
export class AgentKiller {
  private readonly killed = new Set<number>();

  constructor(private readonly reports: readonly Report[]) {}

  /** SIGKILL for the agent that follows a job of the host; settles when another one follows it, and has for some seconds. */
  async killFollowerOf(it: HostInCampaign, action: HostAction): Promise<void> {
    const job = it.job(action);
    const last = await it.until(`somebody to follow ${job}`, () => this.signsOfLife(job).at(-1));
    const agent = processOf(last);
    this.killed.add(agent);
    process.kill(agent, 'SIGKILL');
    // It reports that it has begun, and then that it is alive.
    await it.until(`another agent to follow ${job}`, () => this.signsOfLife(job).length > 2);
  }

  /** What agents that were not killed have reported about a job. */
  private signsOfLife(job: string): Report[] {
    return this.reports.filter((report) => report.job === job && !this.killed.has(processOf(report)));
  }
}

function processOf({ executor }: Report): number {
  return Number(executor.split('/').at(-1));
}
