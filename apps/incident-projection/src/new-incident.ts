import type {
  CampaignNeedsHands,
  CampaignRejected,
  IncidentOpened,
  IncidentReported,
} from '@patchtide/contracts';
import { Incident } from './incident.entity';

const EMPTY = {
  status: 'open',
  job: null,
  ci: null,
  server: null,
  application: null,
  owner: null,
  outcome: null,
  outputTail: '',
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
  return Object.assign(new Incident(), EMPTY, fields);
}

export function fromOpened(campaign: string, data: IncidentOpened): Incident {
  const {
    incident: id,
    job,
    jobName,
    ci,
    server,
    outcome,
    summary,
    outputTail,
    attempt,
    waiting,
    slackMs,
    answers,
  } = data;
  const { application = null, owner = null } = data;
  const place = { campaign, job, name: jobName, ci, server, application, owner };
  return incident({
    id,
    kind: 'job',
    ...place,
    outcome,
    summary,
    outputTail,
    attempt,
    waiting,
    slackMs,
    answers,
    openedAt: data.at,
  });
}

export function fromRejection(campaign: string, { reasons, stage, at }: CampaignRejected): Incident {
  return incident({
    id: `${campaign}~rejected`,
    kind: 'campaign-rejected',
    campaign,
    name: `No plan for ${campaign}`,
    summary: `The ${stage} has ${reasons.length} fault(s). Correct them and submit the change again.`,
    faults: reasons,
    openedAt: at,
  });
}

export function fromNeedsHands(campaign: string, { obligations, at }: CampaignNeedsHands): Incident {
  return incident({
    id: `${campaign}~needs-hands`,
    kind: 'needs-hands',
    campaign,
    name: `${campaign} cannot give everything back`,
    summary: `${obligations.length} obligation(s) are open and nothing more can be done without a person: ${obligations.slice(0, 5).join(', ')}.`,
    openedAt: at,
  });
}

export function fromDeadLetter({ incident: id, kind, summary, faults, at }: IncidentReported): Incident {
  const name =
    kind === 'invalid-change' ? 'A change could not be accepted' : 'A message could not be handled';
  return incident({ id, kind, campaign: null, name, summary, faults, openedAt: at });
}
