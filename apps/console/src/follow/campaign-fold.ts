import { type CampaignEvent, type Plan, streamOf } from '@patchtide/contracts';
import { type Campaign, evolve, initialCampaign } from '@patchtide/domain';
import type { EventStore, StoredEvent } from '@patchtide/event-store';

const PAGE = 1_000;

/** A campaign's state as of one event of its stream. */
export interface Folded {
  readonly id: string;
  readonly campaign: Campaign;
  /** Stream version the state stands at. */
  readonly version: number;
  readonly lastEventAt: string;
}

/** A plan that events name is not stored: the campaign cannot be shown until it is restored. */
export class PlanMissing extends Error {
  override readonly name = 'PlanMissing';

  constructor(
    readonly campaign: string,
    readonly digest: string,
  ) {
    super(`the plan ${digest} of campaign ${campaign} is not stored`);
  }
}

/** Folds a campaign's stream with the domain's own rules, so that every state shown is derivable from the events. */
export class CampaignFold {
  private readonly campaign = initialCampaign();
  private readonly plans = new Map<string, Plan>();
  private version = 0;
  private lastEventAt = '';

  constructor(
    readonly id: string,
    private readonly store: Pick<EventStore, 'read' | 'getDocument'>,
  ) {}

  /** Applies the next event; one that was applied already changes nothing. @throws PlanMissing */
  async apply(stored: StoredEvent): Promise<void> {
    if (stored.version <= this.version) return;
    const event = { type: stored.type, data: stored.data } as unknown as CampaignEvent;
    if (event.type === 'CampaignPlanned') {
      this.plans.set(event.data.planDigest, await this.plan(event.data.planDigest));
    }
    evolve(this.campaign, event, this.plans);
    this.version = stored.version;
    this.lastEventAt = stored.meta.recordedAt;
  }

  /** Applies the events of the stream from where the fold stands, as long as they are wanted. */
  async read(isWanted: (stored: StoredEvent) => boolean = () => true): Promise<this> {
    for (;;) {
      const page = await this.store.read(streamOf.campaign(this.id), this.version + 1, PAGE);
      for (const stored of page) {
        if (!isWanted(stored)) return this;
        await this.apply(stored);
      }
      if (page.length < PAGE) return this;
    }
  }

  get folded(): Folded {
    return { id: this.id, campaign: this.campaign, version: this.version, lastEventAt: this.lastEventAt };
  }

  private async plan(digest: string): Promise<Plan> {
    const document = await this.store.getDocument(digest);
    if (!document) throw new PlanMissing(this.id, digest);
    return { digest, ...(JSON.parse(document.text) as Omit<Plan, 'digest'>) };
  }
}
