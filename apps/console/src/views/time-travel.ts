import { streamOf } from '@patchtide/contracts';
import type { EventStore } from '@patchtide/event-store';
import { CampaignFold, type Folded } from '../follow/campaigns';

const PAGE = 1000;

/** The campaign as it stood at a moment: the fold of every event recorded until then. */
export async function stateAt(store: EventStore, id: string, at: string): Promise<Folded> {
  const fold = new CampaignFold(id, store);
  for (let from = 1; ; from += PAGE) {
    const page = await store.read(streamOf.campaign(id), from, PAGE);
    for (const stored of page) {
      if (Date.parse(stored.meta.recordedAt) > Date.parse(at)) return fold.folded;
      await fold.apply(stored);
    }
    if (page.length < PAGE) return fold.folded;
  }
}
