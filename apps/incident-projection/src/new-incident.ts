import type {
  CampaignNeedsHands,
  CampaignRejected,
  IncidentOpened,
  IncidentReported,
} from '@patchtide/contracts';
import { Incident } from './incident.entity';
import { printable } from './printable';

const EMPTY = {
  status: 'open',
  job: null,
  ci: null,
  server: null,
  application: null,
  owner: null,
  outcome: null,
  outputTail: '',
  facts: {},
  attempt: 0,
  waiting: 0,
  slackMs: null,
  faults: [],
  answers: [],
  timesOpened: 1,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  resolvedHow: null,
  history: [],
} as const;

function incident(fields: Partial<Incident>): Incident {
  const texts = Object.entries({ ...EMPTY, ...fields }).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'string' ? printable(value) : value,
  ]);
  return Object.assign(new Incident(), Object.fromEntries(texts) as Partial<Incident>);
}

/** A job that somebody has to look at. */
export function fromOpened(campaign: string, data: IncidentOpened): Incident {
  const { incident: id, job, jobName, ci, server, outcome, summary, outputTail, attempt, waiting } = data;
  const { application = null, owner = null, slackMs, answers, facts = {}, at: openedAt } = data;
  const place = { campaign, job, name: jobName, ci, server, application, owner };
  const urgency = { waiting, slackMs, answers, openedAt };
  const end = { outcome, summary, outputTail, facts, attempt };
  return incident({ id, kind: 'job', ...place, ...end, ...urgency });
}

/** A campaign whose change cannot be planned; one per campaign. */
export function fromRejection(campaign: string, { reasons, stage, at }: CampaignRejected): Incident {
  return incident({
    id: rejectionOf(campaign),
    kind: 'campaign-rejected',
    campaign,
    name: `No plan for ${campaign}`,
    summary: `The ${stage} has ${reasons.length} fault(s). Correct them and submit the change again.`,
    faults: reasons,
    openedAt: at,
  });
}

/** A campaign that can do nothing more without a person; one per campaign. */
export function fromNeedsHands(campaign: string, { obligations, at }: CampaignNeedsHands): Incident {
  const some = obligations.slice(0, 5).join(', ');
  return incident({
    id: needsHandsOf(campaign),
    kind: 'needs-hands',
    campaign,
    name: `${campaign} cannot give everything back`,
    summary: `${obligations.length} obligation(s) are open and nothing more can be done without a person: ${some}.`,
    openedAt: at,
  });
}

const REPORTED: Readonly<Record<IncidentReported['kind'], string>> = {
  'invalid-change': 'A change could not be accepted',
  'invalid-condition': 'A condition could not be accepted',
  'dead-letter': 'A message could not be handled',
};

/** A message that some service had to put aside. */
export function fromDeadLetter({ incident: id, kind, summary, faults, at }: IncidentReported): Incident {
  return incident({ id, kind, campaign: null, name: REPORTED[kind], summary, faults, openedAt: at });
}

// No job's incident can have these ids: the ids of jobs begin with an action and a dash.
export function rejectionOf(campaign: string): string {
  return `${campaign}~rejected`;
}

export function needsHandsOf(campaign: string): string {
  return `${campaign}~needs-hands`;
}
