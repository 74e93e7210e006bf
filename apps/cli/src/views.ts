import type { Fault } from '@patchtide/contracts';

/** What the API answers, as far as the command line reads it. */
export interface CampaignView {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly policy: string | null;
  readonly window: { readonly start: string; readonly end: string } | null;
  readonly startedAt: string | null;
  readonly closed: { readonly outcome: string; readonly at: string; readonly serversPatched: number } | null;
  readonly reasons: readonly Fault[];
  readonly planDigest: string | null;
  readonly servers: number;
  readonly jobs: Readonly<Record<string, number>>;
  readonly openObligations: number;
  readonly openIncidents: number;
  readonly exhaustedBudgets: readonly string[];
  readonly forecast: {
    readonly end: string;
    readonly slackMs: number;
    readonly fits: boolean;
    readonly decidedBy: string | null;
  } | null;
}

export interface JobView {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly server: string;
  readonly status: string;
  readonly attempt: number;
  readonly since: string;
  readonly summary: string;
  readonly outputTail: string;
  readonly waitingBecause: string | null;
  readonly answers: readonly string[];
}

export interface IncidentView {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly campaign: string | null;
  readonly job: string | null;
  readonly summary: string;
  readonly outputTail: string;
  readonly waiting: number;
  readonly slackMs: number | null;
  readonly answers: readonly string[];
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

export interface EventView {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly hash: string;
}
