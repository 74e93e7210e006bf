import { type ConditionReported, streamOf } from '@patchtide/contracts';
import { type CampaignCommand, conditionNames, type Execution } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';

type RecordCondition = Extract<CampaignCommand, { type: 'RecordCondition' }>;

/**
 * Looks what has been published about the conditions that a campaign waits for. Their streams are read in the store, which
 * is the truth: what was published before the campaign began is found as well as what comes while it runs.
 */
export class ConditionWatch {
  private names: readonly string[] | null = null;
  /** Versions up to which there is nothing for this campaign, by condition. */
  private readonly passed = new Map<string, number>();

  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly campaign: string,
  ) {}

  /** The last word on each condition that the campaign has not taken into account yet. */
  async look(execution: Execution, at: string): Promise<RecordCondition[]> {
    this.names ??= conditionNames(execution);
    const words = await Promise.all(this.names.map((name) => this.lastWord(execution, name, at)));
    return words.flatMap((word) => word ?? []);
  }

  private async lastWord(execution: Execution, name: string, at: string): Promise<RecordCondition | null> {
    const known = execution.conditions.get(name)?.publication ?? 0;
    const from = Math.max(known, this.passed.get(name) ?? 0) + 1;
    const events = await this.store.read(streamOf.condition(name), from);
    for (const { version, data } of [...events].reverse()) {
      const { condition, campaign = this.campaign, met, until, by } = data as unknown as ConditionReported;
      if (campaign !== this.campaign) continue;
      const word = { condition, met, ...(until === undefined ? {} : { until }), by };
      return { type: 'RecordCondition', ...word, publication: version, at };
    }
    if (events.length > 0) this.passed.set(name, from + events.length - 1);
    return null;
  }
}
