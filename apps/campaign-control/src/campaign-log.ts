import { setTimeout as delay } from 'node:timers/promises';
import { type CampaignEvent, EVENT_VERSION, parseEvent, type Plan, streamOf } from '@patchtide/contracts';
import { type Campaign, evolve, initialCampaign } from '@patchtide/domain';
import { type Cause, type EventStore, type NewEvent, VersionConflict } from '@patchtide/event-store';

const PAGE = 1000;
const RETRY_MS = 500;
/** Half of what the store takes in one append. */
const MAX_EVENTS = 5_000;

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
  /** Once aborted, a store that does not answer is not asked again. */
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
   * until the store answers; a conflict means that another instance owns the campaign now and is thrown. Thousands of
   * events take several appends; a crash between them leaves the first ones, from which the rest is decided again.
   */
  async append(
    events: readonly CampaignEvent[],
    expectedVersion: number,
    cause: { readonly actor: string; readonly at: string },
  ): Promise<number> {
    const fresh = events.map((event) => this.newEvent(event));
    const meta = { correlation: this.id, actor: cause.actor, recordedAt: cause.at };
    let version = expectedVersion;
    for (let from = 0; from < fresh.length; from += MAX_EVENTS) {
      version = await this.appendPart(fresh.slice(from, from + MAX_EVENTS), version, meta);
    }
    return version;
  }

  private async appendPart(
    events: readonly NewEvent[],
    expectedVersion: number,
    meta: Cause,
  ): Promise<number> {
    const { onAppended, onProblem, signal } = this.options;
    for (;;) {
      try {
        await this.store.append([{ stream: streamOf.campaign(this.id), expectedVersion, events }], meta);
        onAppended();
        return expectedVersion + events.length;
      } catch (error) {
        if (isFinal(error) || signal.aborted) throw error;
        onProblem(error);
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
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
