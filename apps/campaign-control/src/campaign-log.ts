import { type CampaignEvent, EVENT_VERSION, parseEvent, type Plan, streamOf } from '@patchtide/contracts';
import { type Campaign, evolve, initialCampaign } from '@patchtide/domain';
import { type EventStore, type NewEvent, VersionConflict } from '@patchtide/event-store';

const PAGE = 1000;
const RETRY_MS = 500;

export interface LoadedCampaign {
  readonly campaign: Campaign;
  readonly version: number;
  readonly plans: Map<string, Plan>;
}

export interface LogOptions {
  readonly newId: () => string;
  readonly onProblem: (error: unknown) => void;
  /** Called after something was stored. */
  readonly onAppended: () => void;
  readonly signal: AbortSignal;
}

/** One campaign's stream: folding it, and appending to it until the store has answered. */
export class CampaignLog {
  constructor(
    private readonly store: EventStore,
    private readonly id: string,
    private readonly options: LogOptions,
  ) {}

  async load(): Promise<LoadedCampaign> {
    const campaign = initialCampaign();
    const plans = new Map<string, Plan>();
    let version = 0;
    for (;;) {
      const page = await this.store.read(streamOf.campaign(this.id), version + 1, PAGE);
      for (const stored of page) {
        const event = { type: stored.type, data: stored.data } as unknown as CampaignEvent;
        if (event.type === 'CampaignPlanned')
          plans.set(event.data.planDigest, await this.plan(event.data.planDigest));
        evolve(campaign, event, plans);
        version = stored.version;
      }
      if (page.length < PAGE) return { campaign, version, plans };
    }
  }

  /** The stored plan with its digest. */
  async plan(digest: string): Promise<Plan> {
    const document = await this.store.getDocument(digest);
    if (!document) throw new Error(`plan ${digest} of campaign ${this.id} is not in the document table`);
    return { digest, ...(JSON.parse(document.text) as Omit<Plan, 'digest'>) };
  }

  /**
   * Appends and returns the new version. A failure that leaves the outcome open is repeated with the same event ids
   * until the store answers; a conflict means that another instance owns the campaign now and is thrown.
   */
  async append(
    events: readonly CampaignEvent[],
    expectedVersion: number,
    cause: { actor: string; at: string },
  ): Promise<number> {
    const append = {
      stream: streamOf.campaign(this.id),
      expectedVersion,
      events: events.map((event) => this.newEvent(event)),
    };
    const meta = { correlation: this.id, actor: cause.actor, recordedAt: cause.at };
    for (;;) {
      try {
        const [appended] = await this.store.append([append], meta);
        this.options.onAppended();
        return appended?.version ?? expectedVersion;
      } catch (error) {
        if (isFinal(error) || this.options.signal.aborted) throw error;
        this.options.onProblem(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  private newEvent(event: CampaignEvent): NewEvent {
    // What we are about to make history of must be what the contract says, before it is too late.
    const checked = parseEvent('campaign', event.type, event.data);
    if (!checked.ok) throw new Error(`${event.type} is not a valid event: ${JSON.stringify(checked.faults)}`);
    return { id: this.options.newId(), type: event.type, schemaVersion: EVENT_VERSION, data: event.data };
  }
}

function isFinal(error: unknown): boolean {
  if (error instanceof VersionConflict) return true;
  return error instanceof Error && ['EventIdReused', 'InvalidAppend', 'NotCanonical'].includes(error.name);
}
