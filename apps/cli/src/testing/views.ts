import type { CampaignView, IncidentView, JobView, ObligationView } from '../views';

/** 19:00 UTC, 20:00 in Berlin. */
export const NOW = '2026-11-29T19:00:00.000Z';
export const NOW_MS = Date.parse(NOW);

/** The moment so many seconds before NOW. */
export function secondsAgo(seconds: number): string {
  return new Date(NOW_MS - seconds * 1000).toISOString();
}

/** A running campaign of 2 servers, as the API shows it. */
export function campaignView(more: Partial<CampaignView> = {}): CampaignView {
  return {
    id: 'CHG-1',
    title: 'November patches',
    status: 'running',
    revision: 1,
    policy: 'standard',
    requestedBy: 'm.weber',
    window: {
      start: '2026-11-29T18:00:00.000Z',
      end: '2026-11-29T22:00:00.000Z',
      timezone: 'Europe/Berlin',
    },
    approvals: [{ by: 'k.lindner', at: secondsAgo(9_000) }],
    startedAt: secondsAgo(90),
    paused: null,
    restore: null,
    closed: null,
    reasons: [],
    planDigest: `sha256:${'a'.repeat(64)}`,
    servers: 2,
    jobs: { succeeded: 3, running: 2, waiting: 5 },
    openObligations: 3,
    openIncidents: 0,
    exhaustedBudgets: [],
    closedGates: [],
    forecast: {
      end: '2026-11-29T19:30:00.000Z',
      slackMs: 9_000_000,
      fits: true,
      decidedBy: 'patch-srv-2',
      cause: null,
    },
    ...more,
  };
}

export function jobView(id: string, more: Partial<JobView> = {}): JobView {
  return {
    id,
    name: id.toUpperCase().replaceAll('-', '_'),
    action: id.split('-')[0]?.toUpperCase() ?? '',
    server: 'srv-1',
    wave: 'rest',
    status: 'running',
    attempt: 1,
    since: secondsAgo(4),
    summary: '',
    outputTail: '',
    waitingBecause: null,
    answers: [],
    estimatedStart: secondsAgo(10),
    estimatedEnd: secondsAgo(5),
    ...more,
  };
}

export function incidentView(job: string, more: Partial<IncidentView> = {}): IncidentView {
  return {
    id: `CHG-1~${job}`,
    name: job.toUpperCase().replaceAll('-', '_'),
    status: 'open',
    campaign: 'CHG-1',
    job,
    summary: 'Ended with exit code 1.',
    outputTail: '',
    waiting: 12,
    slackMs: 600_000,
    answers: ['retry', 'complete'],
    openedAt: secondsAgo(30),
    timesOpened: 1,
    resolvedHow: null,
    history: [{ at: secondsAgo(30), what: 'opened', by: 'agent', text: 'Ended with exit code 1.' }],
    ...more,
  };
}

export function obligationView(id: string, more: Partial<ObligationView> = {}): ObligationView {
  const [kind = '', ci = ''] = id.split(':');
  return {
    id,
    kind,
    ci,
    server: 'srv-1',
    owner: 'team-dba',
    openedAt: secondsAgo(60),
    open: true,
    discharged: null,
    ...more,
  };
}
