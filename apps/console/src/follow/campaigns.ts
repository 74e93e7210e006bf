import { type IncidentClosed, streamOf } from '@patchtide/contracts';
import { categoryOf, type EventStore, type LoggedEvent } from '@patchtide/event-store';
import { CampaignFold, type Folded, PlanMissing } from './campaign-fold';

const PREFIX = streamOf.campaign('');
/** Campaigns that have ended are kept whole in memory only up to this number; the others are folded when asked for. */
const MAX_ENDED = 30;

export interface CampaignsOptions<S> {
  /** What is kept of a campaign that is not in memory any more. */
  readonly summarize: (folded: Folded, at: string) => S;
  /** Hears of campaigns that cannot be shown. */
  readonly onUnreadable: (error: PlanMissing) => void;
  readonly maxEnded?: number;
}

/** Every campaign, kept up to date with the global log. */
export class Campaigns<S> {
  private readonly folds = new Map<string, CampaignFold>();
  /** Least recently used first. */
  private readonly ended = new Map<string, CampaignFold>();
  private readonly summaries = new Map<string, { readonly lastEventAt: string; readonly summary: S }>();
  private readonly unreadable = new Map<string, PlanMissing>();

  constructor(
    private readonly store: EventStore,
    private readonly options: CampaignsOptions<S>,
  ) {}

  async apply(event: LoggedEvent): Promise<void> {
    const category = categoryOf(event.stream);
    const isOfIncident = category === 'incident' && event.type === 'IncidentClosed';
    if (category !== 'campaign' && !isOfIncident) return;
    const id = isOfIncident ? campaignOfIncident(event) : event.stream.slice(PREFIX.length);
    if (this.unreadable.has(id)) return;
    try {
      if (isOfIncident) await this.applyIncident(id, event);
      else await this.applyCampaign(id, event);
    } catch (error) {
      // One campaign whose documents are gone must not hide all the others.
      if (!(error instanceof PlanMissing)) throw error;
      this.folds.delete(id);
      this.unreadable.set(id, error);
      this.options.onUnreadable(error);
    }
  }

  /** The state of a campaign; undefined when there is none. @throws PlanMissing when it cannot be shown */
  async get(id: string): Promise<Folded | undefined> {
    const missing = this.unreadable.get(id);
    if (missing) throw missing;
    const fold = this.folds.get(id) ?? this.ended.get(id) ?? (await this.refolded(id));
    if (this.ended.has(id)) this.remember(id, fold);
    return fold?.folded;
  }

  /** Summaries of all campaigns that can be shown, the one with the latest event first. */
  all(at: string): S[] {
    const { summarize } = this.options;
    const present = [...this.folds.values()].map(({ folded }) => ({
      ...{ lastEventAt: folded.lastEventAt, summary: summarize(folded, at) },
    }));
    return [...present, ...this.summaries.values()].sort(byLastEvent).map(({ summary }) => summary);
  }

  private async applyCampaign(id: string, event: LoggedEvent): Promise<void> {
    const fold = this.folds.get(id) ?? (await this.reopened(id));
    await fold.apply(event);
    if (fold.folded.campaign.status === 'closed') this.end(fold);
  }

  private async applyIncident(id: string, event: LoggedEvent): Promise<void> {
    const fold = this.folds.get(id) ?? this.ended.get(id) ?? (await this.refolded(id));
    fold?.applyIncident(event);
    if (fold?.folded.campaign.status === 'closed') this.end(fold);
  }

  /** A campaign that goes on, new or after its end. */
  private async reopened(id: string): Promise<CampaignFold> {
    const fold = this.summaries.has(id)
      ? await new CampaignFold(id, this.store).read()
      : new CampaignFold(id, this.store);
    this.ended.delete(id);
    this.summaries.delete(id);
    this.folds.set(id, fold);
    return fold;
  }

  private end(fold: CampaignFold): void {
    const { id, folded } = fold;
    const { lastEventAt } = folded;
    this.folds.delete(id);
    this.summaries.set(id, { lastEventAt, summary: this.options.summarize(folded, lastEventAt) });
    this.remember(id, fold);
  }

  private async refolded(id: string): Promise<CampaignFold | undefined> {
    if (!this.summaries.has(id)) return undefined;
    const fold = await new CampaignFold(id, this.store).read();
    this.remember(id, fold);
    return fold;
  }

  private remember(id: string, fold: CampaignFold | undefined): void {
    this.ended.delete(id);
    if (!fold) return;
    this.ended.set(id, fold);
    const [oldest] = this.ended.keys();
    if (oldest !== undefined && this.ended.size > (this.options.maxEnded ?? MAX_ENDED))
      this.ended.delete(oldest);
  }
}

/** The incident of a job is named `<campaign>~<job>`; no campaign has the name of any other. */
function campaignOfIncident({ data }: LoggedEvent): string {
  return (data as unknown as IncidentClosed).incident.split('~')[0] ?? '';
}

function byLastEvent(a: { readonly lastEventAt: string }, b: { readonly lastEventAt: string }): number {
  if (a.lastEventAt === b.lastEventAt) return 0;
  return a.lastEventAt < b.lastEventAt ? 1 : -1;
}
