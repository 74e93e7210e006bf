import type { IncidentEvent } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import type { Incident } from './incident.entity';

export interface Handling {
  readonly by: string;
  readonly note: string;
  readonly at: string;
}

/** Somebody has seen the incident. Says nothing when it is resolved already, or known to them. */
export function acknowledge(incident: Incident, { by, note, at }: Handling): IncidentEvent | null {
  if (incident.status === 'resolved' || incident.acknowledgedBy === by) return null;
  return { type: 'IncidentAcknowledged', data: { incident: incident.id, by, note, at } };
}

/**
 * The incident is dealt with. Says nothing when it is resolved already.
 * @throws Rejected while its job or its campaign waits for somebody: that is resolved, not the words about it
 */
export function close(incident: Incident, { by, note, at }: Handling): IncidentEvent | null {
  if (incident.status === 'resolved') return null;
  const { name, campaign, kind, job, answers } = incident;
  if (kind === 'needs-hands') {
    const next = `Give back what is open at /v1/campaigns/${campaign}/obligations by answering its jobs.`;
    throw new Rejected('campaign-waits', `${name}; this is resolved when nothing is open any more`, next);
  }
  // Once the campaign has ended there is no answer left, and what remains is to say that it is known.
  if (kind === 'job' && answers.length > 0) {
    const next = `Answer at /v1/campaigns/${campaign}/jobs/${job} with one of: ${answers.join(', ')}.`;
    throw new Rejected('job-waits', `${name} still waits for somebody and is resolved by answering it`, next);
  }
  return { type: 'IncidentClosed', data: { incident: incident.id, by, note, at } };
}

/** The incident as the read model will have it in a moment. */
export function afterwards(incident: Incident, event: IncidentEvent): Incident {
  const { data } = event;
  if (event.type === 'IncidentAcknowledged') {
    return Object.assign(incident, { status: 'acknowledged', acknowledgedBy: event.data.by });
  }
  if (event.type !== 'IncidentClosed') return incident;
  const { by: resolvedBy } = event.data;
  return Object.assign(incident, {
    status: 'resolved',
    resolvedAt: data.at,
    resolvedBy,
    resolvedHow: 'by-hand',
  });
}
