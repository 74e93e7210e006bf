import type { CampaignEvent, IncidentEvent } from '@patchtide/contracts';
import { categoryOf, type LoggedEvent, type Projection } from '@patchtide/event-store';
import type { EntityManager } from 'typeorm';
import { type HistoryEntry, Incident } from './incident.entity';
import { fromDeadLetter, fromNeedsHands, fromOpened, fromRejection } from './new-incident';

/** Campaign and incident events -> the incident read model. */
export const incidentProjection: Projection<EntityManager> = {
  name: 'incidents.v1',
  async apply(tx, stored) {
    const category = categoryOf(stored.stream);
    const event = { type: stored.type, data: stored.data } as unknown;
    if (category === 'campaign') await applyCampaign(tx, stored, event as CampaignEvent);
    if (category === 'incident') await applyIncident(tx, stored, event as IncidentEvent);
  },
  async reset(tx) {
    await tx.clear(Incident);
  },
};

async function applyCampaign(tx: EntityManager, stored: LoggedEvent, event: CampaignEvent): Promise<void> {
  const campaign = stored.meta.correlation;
  switch (event.type) {
    case 'IncidentOpened':
      return open(tx, fromOpened(campaign, event.data), stored);
    case 'IncidentResolved':
      return resolve(tx, event.data.incident, stored, { how: event.data.how, by: event.data.by });
    case 'CampaignRejected':
      return open(tx, fromRejection(campaign, event.data), stored);
    case 'ChangeAccepted':
      return resolve(tx, `${campaign}~rejected`, stored, {
        how: 'corrected',
        by: event.data.change.requestedBy,
      });
    case 'CampaignNeedsHands':
      return open(tx, fromNeedsHands(campaign, event.data), stored);
    case 'CampaignClosed':
      return resolve(tx, `${campaign}~needs-hands`, stored, { how: 'given-back', by: stored.meta.actor });
    default:
  }
}

async function applyIncident(tx: EntityManager, stored: LoggedEvent, event: IncidentEvent): Promise<void> {
  switch (event.type) {
    case 'IncidentReported':
      return open(tx, fromDeadLetter(event.data), stored);
    case 'IncidentAcknowledged':
      return change(tx, event.data.incident, (incident) => {
        incident.status = 'acknowledged';
        incident.acknowledgedBy = event.data.by;
        return { what: 'acknowledged', by: event.data.by, text: event.data.note, at: event.data.at };
      });
    case 'IncidentClosed':
      return resolve(tx, event.data.incident, stored, {
        how: 'by-hand',
        by: event.data.by,
        text: event.data.note,
      });
  }
}

/** A new incident, or the known one opened again: never a duplicate. */
async function open(tx: EntityManager, fresh: Incident, stored: LoggedEvent): Promise<void> {
  const known = await tx.findOneBy(Incident, { id: fresh.id });
  const what = known ? 'opened again' : 'opened';
  const entry: HistoryEntry = {
    at: stored.meta.recordedAt,
    what,
    by: stored.meta.actor,
    text: fresh.summary,
  };
  fresh.timesOpened = (known?.timesOpened ?? 0) + 1;
  fresh.openedAt = known && known.status !== 'resolved' ? known.openedAt : fresh.openedAt;
  fresh.history = [...(known?.history ?? []), entry];
  await tx.save(Incident, fresh);
}

async function resolve(
  tx: EntityManager,
  id: string,
  stored: LoggedEvent,
  { how, by, text = '' }: { how: string; by: string; text?: string },
): Promise<void> {
  await change(tx, id, (incident) => {
    if (incident.status === 'resolved') return null;
    Object.assign(incident, {
      status: 'resolved',
      resolvedAt: stored.meta.recordedAt,
      resolvedBy: by,
      resolvedHow: how,
      answers: [],
    });
    return { at: stored.meta.recordedAt, what: 'resolved', by, text: text === '' ? how : text };
  });
}

async function change(
  tx: EntityManager,
  id: string,
  apply: (incident: Incident) => HistoryEntry | null,
): Promise<void> {
  const incident = await tx.findOneBy(Incident, { id });
  const entry = incident && apply(incident);
  if (!incident || !entry) return;
  incident.history = [...incident.history, entry];
  await tx.save(Incident, incident);
}
