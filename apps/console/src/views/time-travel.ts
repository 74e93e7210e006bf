import type { EventStore } from '@patchtide/event-store';
import { CampaignFold, type Folded } from '../follow/campaign-fold';

/** The campaign as it stood at a moment: the fold of every event recorded until then. */
export async function stateAt(store: EventStore, id: string, at: string): Promise<Folded> {
  const atMs = Date.parse(at);
  const fold = await new CampaignFold(id, store).read(({ meta }) => Date.parse(meta.recordedAt) <= atMs);
  return fold.folded;
}
