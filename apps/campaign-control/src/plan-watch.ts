import { type LandscapeEvent, type PlanEvent, streamOf } from '@patchtide/contracts';
import type { CampaignCommand } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import type { CampaignLog } from './campaign-log';

/**
 * Looks whether the plan of a campaign has been made, or why it cannot be made. The streams of plan-generator and
 * cmdb-import are read in the store, which is the truth, rather than waited for on the bus.
 */
export class PlanWatch {
  private readonly next = { plan: 1, landscape: 1 };

  constructor(
    private readonly store: EventStore,
    private readonly log: CampaignLog,
    private readonly id: string,
  ) {}

  /** What the answer to the given revision means for the campaign; null while there is none. */
  async look(revision: number, at: string): Promise<CampaignCommand | null> {
    const plans = (await this.unread('plan', streamOf.plan(this.id))) as PlanEvent[];
    const landscapes = (await this.unread('landscape', streamOf.landscape(this.id))) as LandscapeEvent[];
    for (const event of landscapes) {
      if (event.type !== 'LandscapeRejected' || event.data.revision !== revision) continue;
      return { type: 'RejectPlan', stage: 'landscape', revision, reasons: event.data.faults, at };
    }
    for (const event of plans) {
      if (event.data.revision !== revision) continue;
      if (event.type === 'PlanRejected')
        return { type: 'RejectPlan', stage: 'plan', revision, reasons: event.data.faults, at };
      return { type: 'AdoptPlan', plan: await this.log.plan(event.data.planDigest), revision, at };
    }
    return null;
  }

  private async unread(which: 'plan' | 'landscape', stream: string): Promise<unknown[]> {
    const events = await this.store.read(stream, this.next[which]);
    this.next[which] += events.length;
    return events.map((event) => ({ type: event.type, data: event.data }));
  }
}
