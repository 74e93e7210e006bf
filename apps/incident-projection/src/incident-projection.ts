import type { CampaignEvent, IncidentEvent } from '@patchtide/contracts';
import { categoryOf, type LoggedEvent, type Projection } from '@patchtide/event-store';
import { type EntityManager, Not } from 'typeorm';
import { type HistoryEntry, Incident } from './incident.entity';
import {
  fromDeadLetter,
  fromNeedsHands,
  fromOpened,
  fromRejection,
  needsHandsOf,
  rejectionOf,
} from './new-incident';
import { printable } from './printable';

/** Campaign and incident events -> the incident read model. */
export const incidentProjection: Projection<EntityManager> = {
  name: 'incidents.v1',
  async apply(tx, stored) {
    const category = categoryOf(stored.stream);
    const event: unknown = { type: stored.type, data: stored.data };
    if (category === 'campaign') await applyCampaign(tx, stored, event as CampaignEvent);
    if (category === 'incident') await applyIncident(tx, stored, event as IncidentEvent);
  },
  async reset(tx) {
    // Not TRUNCATE, for which the services' role has no right.
    await tx.createQueryBuilder().delete().from(Incident).execute();
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
      return resolve(tx, rejectionOf(campaign), stored, {
        how: 'corrected',
        by: event.data.change.requestedBy,
      });
    case 'CampaignNeedsHands':
      return open(tx, fromNeedsHands(campaign, event.data), stored);
    case 'CampaignClosed':
      await resolve(tx, needsHandsOf(campaign), stored, { how: 'given-back', by: stored.meta.actor });
      return leave(tx, campaign, stored);
    default:
  }
}

async function applyIncident(tx: EntityManager, stored: LoggedEvent, event: IncidentEvent): Promise<void> {
  switch (event.type) {
    case 'IncidentReported':
      return open(tx, fromDeadLetter(event.data), stored);
    case 'IncidentAcknowledged':
      return change(tx, event.data.incident, (incident) => {
        if (incident.status === 'resolved') return null;
        const by = printable(event.data.by);
        Object.assign(incident, { status: 'acknowledged', acknowledgedBy: by });
        return { what: 'acknowledged', by, text: event.data.note, at: event.data.at };
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
    ...{ at: stored.meta.recordedAt, what, by: stored.meta.actor },
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
  { how, by, text = '' }: { readonly how: string; readonly by: string; readonly text?: string },
): Promise<void> {
  const at = stored.meta.recordedAt;
  await change(tx, id, (incident) => {
    if (incident.status === 'resolved') return null;
    const resolution = { resolvedAt: at, resolvedBy: printable(by), resolvedHow: how };
    Object.assign(incident, { status: 'resolved', answers: [], ...resolution });
    return { at, what: 'resolved', by, text: text === '' ? how : text };
  });
}

/** The campaign is over: its jobs can be answered no more, and what is open is for a person to close. */
async function leave(tx: EntityManager, campaign: string, { meta }: LoggedEvent): Promise<void> {
  const open = await tx.findBy(Incident, { campaign, kind: 'job', status: Not('resolved' as const) });
  for (const { id } of open) {
    await change(tx, id, (incident) => {
      incident.answers = [];
      return { at: meta.recordedAt, what: 'left', by: meta.actor, text: 'the campaign has ended' };
    });
  }
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
