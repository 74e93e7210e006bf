import type { Fault, PackageChange } from '@patchtide/contracts';

/** What the API answers, as far as the command line reads it. */
export interface CampaignView {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  /** Grows with every version of the change. */
  readonly revision: number;
  readonly policy: string | null;
  readonly requestedBy: string | null;
  readonly window: { readonly start: string; readonly end: string; readonly timezone: string } | null;
  readonly approvals: readonly { readonly by: string; readonly at: string }[];
  readonly startedAt: string | null;
  readonly paused: { readonly by: string; readonly reason: string } | null;
  readonly restore: { readonly cause: string; readonly by: string; readonly reason: string } | null;
  readonly closed: { readonly outcome: string; readonly at: string; readonly serversPatched: number } | null;
  readonly reasons: readonly Fault[];
  readonly planDigest: string | null;
  readonly servers: number;
  readonly jobs: Readonly<Record<string, number>>;
  readonly openObligations: number;
  readonly openIncidents: number;
  readonly exhaustedBudgets: readonly string[];
  /** Why the next wave, or jobs that wait for a condition, may not begin. */
  readonly closedGates: readonly string[];
  readonly forecast: LiveForecast | null;
}

export interface LiveForecast {
  readonly end: string;
  readonly slackMs: number;
  readonly fits: boolean;
  /** The job whose remaining path decides the end. */
  readonly decidedBy: string | null;
  /** In words, why it ends later than planned; null where it does not. */
  readonly cause: string | null;
}

export interface JobView {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly server: string;
  readonly wave: string;
  readonly status: string;
  readonly attempt: number;
  readonly since: string;
  readonly summary: string;
  readonly outputTail: string;
  readonly waitingBecause: string | null;
  readonly answers: readonly string[];
  readonly estimatedStart: string;
  readonly estimatedEnd: string;
}

/** One job with what the host stated at the end of its last attempt. */
export interface JobDetailView extends JobView {
  readonly packages?: readonly PackageChange[];
  readonly facts?: Readonly<Record<string, string>>;
}

export interface IncidentView {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly campaign: string | null;
  readonly job: string | null;
  readonly summary: string;
  readonly outputTail: string;
  /** Jobs that wait, directly or not, for this one. */
  readonly waiting: number;
  readonly slackMs: number | null;
  readonly answers: readonly string[];
  /** What is wrong with a message that was refused. */
  readonly faults?: readonly Fault[];
  /** What the host noted, by name. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly openedAt: string;
  readonly timesOpened: number;
  readonly resolvedHow: string | null;
  readonly history: readonly {
    readonly at: string;
    readonly what: string;
    readonly by: string;
    readonly text: string;
  }[];
}

export interface ObligationView {
  readonly id: string;
  readonly kind: string;
  readonly ci: string;
  readonly server: string;
  readonly owner: string | null;
  readonly openedAt: string;
  readonly open: boolean;
  readonly discharged: { readonly how: string; readonly by: string; readonly at: string } | null;
}

/** A condition of the business that jobs of a campaign wait for. */
export interface ConditionView {
  readonly name: string;
  readonly met: boolean;
  readonly until: string | null;
  /** Who spoke last; null where nobody has. */
  readonly by: string | null;
  readonly reason: string;
  readonly at: string | null;
  readonly waiting: number;
}

/** The campaign as it stood at a moment, with everything in it. */
export interface StateView extends CampaignView {
  readonly at: string;
  readonly jobStates: readonly JobView[];
  readonly obligations: readonly ObligationView[];
}

export interface EventView {
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How an incident ended, as people say it. */
export function resolvedText({ resolvedHow }: Pick<IncidentView, 'resolvedHow'>): string {
  return `resolved by ${resolvedHow === 'by-hand' ? 'hand' : (resolvedHow ?? 'itself')}`;
}

/** Jobs in all. */
export function jobCount({ jobs }: Pick<CampaignView, 'jobs'>): number {
  return Object.values(jobs).reduce((sum, count) => sum + count, 0);
}

/** The zone in which the people of the change read times. */
export function zoneOf({ window }: Pick<CampaignView, 'window'>): string {
  return window?.timezone ?? 'UTC';
}
