import { type LandscapeEvent, type PlanEvent, streamOf } from '@patchtide/contracts';
import type { CampaignCommand } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import type { CampaignLog } from './campaign-log';

/**
 * Looks whether the plan of a campaign has been made, or why it cannot be made. The streams of plan-generator and
 * cmdb-import are read in the store, which is the truth, rather than waited for on the bus.
 */
export class PlanWatch {
  /** Where answers to the present revision can stand at the earliest. */
  private readonly from = { plan: 1, landscape: 1 };

  constructor(
    private readonly store: EventStore,
    private readonly log: CampaignLog,
    private readonly id: string,
  ) {}

  /** What the answer to the given revision means for the campaign; null while there is none. */
  async look(revision: number, at: string): Promise<CampaignCommand | null> {
    const landscape = await this.answer<LandscapeEvent>('landscape', revision);
    if (landscape?.type === 'LandscapeRejected') {
      return { type: 'RejectPlan', stage: 'landscape', revision, reasons: landscape.data.faults, at };
    }
    const plan = await this.answer<PlanEvent>('plan', revision);
    if (plan?.type === 'PlanRejected') {
      return { type: 'RejectPlan', stage: 'plan', revision, reasons: plan.data.faults, at };
    }
    if (!plan) return null;
    return { type: 'AdoptPlan', plan: await this.log.plan(plan.data.planDigest), revision, at };
  }

  /** An answer is found again by the next look: whoever asked may not have been able to use it. */
  private async answer<E extends LandscapeEvent | PlanEvent>(
    kind: 'plan' | 'landscape',
    revision: number,
  ): Promise<E | null> {
    for (const { type, version, data } of await this.store.read(streamOf[kind](this.id), this.from[kind])) {
      if (data['revision'] === revision) return { type, data } as unknown as E;
      this.from[kind] = version + 1;
    }
    return null;
  }
}
