import type { CampaignEvent, Plan } from '@patchtide/contracts';
import { type Campaign, evolve, initialCampaign } from '@patchtide/domain';
import { categoryOf, type EventStore, type LoggedEvent, type StoredEvent } from '@patchtide/event-store';

/** A campaign's state as of one event of its stream. */
export interface Folded {
  readonly id: string;
  readonly campaign: Campaign;
  /** Stream version the state stands at. */
  readonly version: number;
  readonly lastEventAt: string;
}

/** Folds campaign streams with the domain's own rules, so that every state shown is derivable from the events. */
export class CampaignFold {
  readonly campaign = initialCampaign();
  private readonly plans = new Map<string, Plan>();
  private version = 0;
  private lastEventAt = '';

  constructor(
    readonly id: string,
    private readonly store: EventStore,
  ) {}

  async apply(stored: StoredEvent): Promise<void> {
    if (stored.version <= this.version) return;
    const event = { type: stored.type, data: stored.data } as unknown as CampaignEvent;
    if (event.type === 'CampaignPlanned')
      this.plans.set(event.data.planDigest, await loadPlan(this.store, event.data.planDigest));
    evolve(this.campaign, event, this.plans);
    this.version = stored.version;
    this.lastEventAt = stored.meta.recordedAt;
  }

  get folded(): Folded {
    return { id: this.id, campaign: this.campaign, version: this.version, lastEventAt: this.lastEventAt };
  }
}

/** The plan stored under a digest. */
export async function loadPlan(store: EventStore, digest: string): Promise<Plan> {
  const document = await store.getDocument(digest);
  if (!document) throw new Error(`plan ${digest} is not stored`);
  return { digest, ...(JSON.parse(document.text) as Omit<Plan, 'digest'>) };
}

/** Every campaign, kept up to date with the global log. */
export class Campaigns {
  private readonly folds = new Map<string, CampaignFold>();

  constructor(private readonly store: EventStore) {}

  async apply(event: LoggedEvent): Promise<void> {
    if (categoryOf(event.stream) !== 'campaign') return;
    const id = event.stream.slice('campaign-'.length);
    const fold = this.folds.get(id) ?? new CampaignFold(id, this.store);
    this.folds.set(id, fold);
    await fold.apply(event);
  }

  get(id: string): Folded | undefined {
    return this.folds.get(id)?.folded;
  }

  /** The latest first. */
  all(): Folded[] {
    return [...this.folds.values()]
      .map((fold) => fold.folded)
      .sort((a, b) => (a.lastEventAt < b.lastEventAt ? 1 : -1));
  }
}
