import type { Window } from './change';
import type { Action } from './words';
import type { WorkStep, WorkSubject } from './work';

export type Executor = 'host' | 'suppression' | 'person';

/** One action on one CI. `ci` is the component for STOP and START, the batch job for HOLD and RELEASE, else mostly the server. */
export interface PlanJob {
  readonly id: string;
  readonly name: string;
  readonly action: Action;
  readonly ci: string;
  readonly server: string;
  /** The application of a component's job; null where the job serves the whole server. */
  readonly application: string | null;
  /** Every application that has a component on the server. */
  readonly applications: readonly string[];
  readonly tier: string | null;
  readonly kind: string | null;
  readonly cluster: string | null;
  readonly owner: string | null;
  readonly executor: Executor;
  readonly dependsOn: readonly string[];
  readonly wave: string;
  /** The set of servers that relations tie together; it is left out or restored as a whole. */
  readonly group: string;
  readonly estimateMs: number;
  readonly timeoutMs: number;
  readonly estimatedStart: string;
  readonly estimatedEnd: string;
  readonly steps: readonly WorkStep[];
  readonly subjects: readonly WorkSubject[];
}

export interface PlanServer {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly os: string;
  readonly zone: string;
  readonly site: string;
  readonly owner: string | null;
}

export interface Exclusion {
  readonly ci: string;
  readonly reason: string;
}

export interface ApplicationForecast {
  readonly application: string;
  readonly downFrom: string;
  readonly upAt: string;
  readonly downtimeMs: number;
  /** Latest moment at which this application's first stop may begin so that it is up again inside the window. */
  readonly lastSafeMoment: string;
}

export interface Forecast {
  readonly start: string;
  readonly end: string;
  readonly durationMs: number;
  readonly fits: boolean;
  readonly slackMs: number;
  readonly criticalPath: readonly string[];
  readonly criticalPathMs: number;
  readonly lowerBoundMs: number;
  readonly applications: readonly ApplicationForecast[];
}

/** Concrete numbers that bound the run, resolved from the policy for this scope. */
export interface PlanLimits {
  readonly campaign: number | null;
  readonly site: Readonly<Record<string, number>>;
  readonly zone: Readonly<Record<string, number>>;
  readonly application: Readonly<Record<string, number>>;
  readonly tier: Readonly<Record<string, number>>;
  readonly cluster: Readonly<Record<string, number>>;
}

/** Failed servers at which a scope stops. */
export interface PlanBudgets {
  readonly campaign: number | null;
  readonly tier: Readonly<Record<string, number>>;
  readonly application: number | null;
  readonly cluster: number | null;
}

export interface PlanReaction {
  readonly on: string;
  readonly action: string | null;
  readonly kind: string | null;
  readonly tier: string | null;
  readonly retry: number;
  readonly delayMs: number;
}

/** The jobs of a campaign and everything that governs their run: data, deterministic from landscape + policy + change. */
export interface Plan {
  readonly digest: string;
  readonly change: string;
  readonly landscapeDigest: string;
  readonly policy: string;
  readonly policyDigest: string;
  readonly at: string;
  readonly window: Window;
  readonly servers: Readonly<Record<string, PlanServer>>;
  readonly waves: readonly { readonly name: string; readonly soakMs: number; readonly servers: number }[];
  readonly limits: PlanLimits;
  readonly budgets: PlanBudgets;
  readonly reactions: readonly PlanReaction[];
  readonly jobs: readonly PlanJob[];
  readonly exclusions: readonly Exclusion[];
  /** What the reader of the plan must know: outside dependents, tier edges given up for relations, exceptions. */
  readonly notes: readonly string[];
  readonly forecast: Forecast;
}
