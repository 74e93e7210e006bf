import { type CampaignEvent, type IncidentClosed, type Plan, streamOf } from '@patchtide/contracts';
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
  /** Stream version of the event that ended a job's last attempt, by job; none while an attempt is under way. */
  readonly ends: ReadonlyMap<string, number>;
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
  private readonly ends = new Map<string, number>();

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
    if (event.type === 'JobDispatched') this.ends.delete(event.data.job);
    if (event.type === 'JobSucceeded' || event.type === 'JobFailed')
      this.ends.set(event.data.job, stored.version);
  }

  /**
   * Applies an event of an incident's own stream. A campaign that has ended resolves nothing any more: what it left open
   * is closed there, by a person.
   */
  applyIncident({ type, data }: StoredEvent): void {
    if (type !== 'IncidentClosed') return;
    const { incident, by, at } = data as unknown as IncidentClosed;
    const job = this.campaign.execution?.incidents.get(incident)?.job;
    if (job === undefined) return;
    const resolved = { incident, job, how: 'operator', by, at } as const;
    evolve(this.campaign, { type: 'IncidentResolved', data: resolved }, this.plans);
  }

  /** Applies the events of the stream from where the fold stands, as long as they are wanted. */
  async read(isWanted: (stored: StoredEvent) => boolean = () => true): Promise<this> {
    for (;;) {
      const page = await this.store.read(streamOf.campaign(this.id), this.version + 1, PAGE);
      for (const stored of page) {
        if (!isWanted(stored)) return this;
        await this.apply(stored);
      }
      if (page.length < PAGE) break;
    }
    if (this.campaign.status === 'closed') await this.readIncidents(isWanted);
    return this;
  }

  get folded(): Folded {
    const { id, campaign, version, lastEventAt, ends } = this;
    return { id, campaign, version, lastEventAt, ends };
  }

  private async readIncidents(isWanted: (stored: StoredEvent) => boolean): Promise<void> {
    const incidents = [...(this.campaign.execution?.incidents.values() ?? [])];
    for (const { id } of incidents.filter(({ open }) => open)) {
      const events = await this.store.read(streamOf.incident(id));
      for (const stored of events.filter(isWanted)) this.applyIncident(stored);
    }
  }

  private async plan(digest: string): Promise<Plan> {
    const document = await this.store.getDocument(digest);
    if (!document) throw new PlanMissing(this.id, digest);
    return { digest, ...(JSON.parse(document.text) as Omit<Plan, 'digest'>) };
  }
}
