import { type CampaignEvent, type Landscape, streamOf } from '@patchtide/contracts';
import { complianceReport, type ComplianceReport, concernsCompliance, Rejected } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import type { Folded } from '../follow/campaign-fold';

const PAGE = 1_000;

/** The compliance report of a campaign, made from its stream. @throws Rejected while there is no plan */
export async function complianceOf(
  store: Pick<EventStore, 'read' | 'getDocument'>,
  { id, campaign }: Folded,
): Promise<ComplianceReport> {
  const plan = campaign.execution?.plan;
  if (!plan) {
    const next = 'Wait for its plan, or look at its reasons.';
    throw new Rejected('no-plan-yet', `${id} is ${campaign.status} and has no plan`, next);
  }
  const document = await store.getDocument(plan.landscapeDigest);
  const landscape = document && (JSON.parse(document.text) as Landscape);
  const events = await eventsOf(store, id);
  return complianceReport({ plan, events, ...(landscape ? { landscape } : {}) });
}

/** Those that the report needs; a campaign of thousands of servers has many more. */
async function eventsOf(store: Pick<EventStore, 'read'>, campaign: string): Promise<CampaignEvent[]> {
  const events: CampaignEvent[] = [];
  for (let from = 1; ; from += PAGE) {
    const page = await store.read(streamOf.campaign(campaign), from, PAGE);
    const some = page.filter(({ type }) => concernsCompliance(type));
    events.push(...some.map(({ type, data }) => ({ type, data }) as unknown as CampaignEvent));
    if (page.length < PAGE) return events;
  }
}
