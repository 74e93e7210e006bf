import type { Fault } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import { INCIDENT_STATUSES, type IncidentStatus } from './incident.entity';

/** Which incidents are asked for; null stands for all. */
export interface IncidentQuery {
  readonly statuses: IncidentStatus[] | null;
  readonly campaign: string | null;
}

const KNOWN = ['status', 'campaign'];

/** @throws Rejected naming every parameter that is not usable */
export function readQuery(query: Readonly<Record<string, unknown>>): IncidentQuery {
  const { status, campaign } = query;
  const words = typeof status === 'string' ? status.split(',') : [];
  const faults = [
    ...Object.keys(query)
      .filter((name) => !KNOWN.includes(name))
      .map((name) => fault(name, 'is not known here', `Known are ${KNOWN.join(' and ')}.`)),
    ...KNOWN.filter((name) => !['string', 'undefined'].includes(typeof query[name])).map((name) =>
      fault(name, 'is given more than once', 'Give it once.'),
    ),
    ...words
      .filter((word) => !isStatus(word))
      .map((word) => fault('status', `"${word}" is no status`, REMEDY)),
  ];
  if (faults.length > 0) {
    const next = 'Correct the parameters, or leave them out.';
    throw new Rejected('invalid-query', 'the parameters are not usable', next, faults);
  }
  return {
    statuses: words.length > 0 ? words.filter(isStatus) : null,
    campaign: typeof campaign === 'string' ? campaign : null,
  };
}

const REMEDY = `Use one or several of ${INCIDENT_STATUSES.join(', ')}, comma separated.`;

function isStatus(word: string): word is IncidentStatus {
  return (INCIDENT_STATUSES as readonly string[]).includes(word);
}

function fault(name: string, message: string, remedy: string): Fault {
  return { path: `/${name}`.slice(0, 100), message: message.slice(0, 200), remedy };
}
