import type { Window } from './change';
import type { WaveGate } from './policy';
import type { Action } from './words';
import type { WorkStep, WorkSubject } from './work';

export type Executor = 'host' | 'suppression' | 'person';

/** Where an expected duration comes from: past campaigns (`samples` of them), the policy, or the shipped default. */
export interface EstimateSource {
  readonly from: 'ci' | 'kind' | 'policy' | 'default';
  readonly samples: number;
  /** The duration that 90 of 100 are expected to keep; half as much again as the estimate where no past campaign tells. */
  readonly p90Ms: number;
}

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
  /** Position in the plan's windows of the one in which it runs. */
  readonly window: number;
  /** Conditions of the business that must have been published before it may start. */
  readonly gates: readonly string[];
  /** What a person does; null for everything a program does. */
  readonly instructions: string | null;
  /** The set of servers that relations tie together; it is left out or restored as a whole. */
  readonly group: string;
  readonly estimateMs: number;
  readonly estimateFrom: EstimateSource;
  readonly timeoutMs: number;
  /** Its place in the order in which the plan's jobs deserve to start, 0 first: what may start next is dispatched by it. */
  readonly priority: number;
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
  readonly hypervisor: string | null;
  readonly tags: readonly string[];
  readonly owner: string | null;
}

export interface Exclusion {
  readonly ci: string;
  readonly reason: string;
}

/** A time in which nothing may start, with the applications it is for; null: everything. */
export interface PlanFreeze {
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly servers: readonly string[] | null;
}

/** A place where the plan is not as the standard has it: an exception, a broken relation. */
export interface Deviation {
  readonly ci: string;
  /** In words: what is different, and what the standard would be. */
  readonly what: string;
  readonly owner: string;
  readonly reason: string;
  readonly until: string;
}

/** A move that would make the plan fit: these applications, with everything tied to them, go into another window or out. */
export interface Move {
  readonly group: string;
  readonly applications: readonly string[];
  readonly servers: number;
  readonly criticality: 'low' | 'medium' | 'high';
  /** Position of the window, or null: none of the windows has room. */
  readonly toWindow: number | null;
}

/** Whether the plan fits by the policy's rule, and what would make it fit. */
export interface Admission {
  readonly verdict: 'fits' | 'does-not-fit';
  readonly rule: 'ask' | 'reject' | 'propose';
  /** In words, with figures. */
  readonly reasons: readonly string[];
  /** Least important and smallest first; empty where it fits. */
  readonly moves: readonly Move[];
}

export interface ApplicationForecast {
  readonly application: string;
  readonly downFrom: string;
  readonly upAt: string;
  readonly downtimeMs: number;
  /** Latest moment at which this application's first stop may begin so that it is up again inside the window. */
  readonly lastSafeMoment: string;
  /** From the planned first stop to the last safe moment. */
  readonly slackMs: number;
}

/** Ends of many simulated nights with durations as they were in past ones. */
export interface Spread {
  readonly runs: number;
  readonly p50End: string;
  readonly p90End: string;
  readonly p99End: string;
  /** Share of the nights that ended inside the windows, 0 to 1. */
  readonly inWindow: number;
}

export interface Forecast {
  readonly start: string;
  readonly end: string;
  readonly durationMs: number;
  readonly fits: boolean;
  readonly slackMs: number;
  readonly criticalPath: readonly string[];
  readonly criticalPathMs: number;
  /** No order of the jobs could be faster than this; `boundBy` says why. */
  readonly lowerBoundMs: number;
  readonly boundBy: string;
  readonly spread: Spread;
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
  readonly hypervisor: Readonly<Record<string, number>>;
  readonly tag: Readonly<Record<string, number>>;
}

/** A share of the servers that is released together, and what is asked before the next one. */
export interface PlanWave {
  readonly name: string;
  readonly soakMs: number;
  readonly gate: WaveGate | null;
  readonly servers: number;
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
  /** Digest of the durations of past campaigns that it reckons with; null: none. */
  readonly historyDigest: string | null;
  /** From the start of the first window to the end of the last one. */
  readonly window: Window;
  readonly windows: readonly Window[];
  readonly freezes: readonly PlanFreeze[];
  readonly servers: Readonly<Record<string, PlanServer>>;
  readonly waves: readonly PlanWave[];
  readonly limits: PlanLimits;
  readonly budgets: PlanBudgets;
  readonly reactions: readonly PlanReaction[];
  readonly jobs: readonly PlanJob[];
  readonly exclusions: readonly Exclusion[];
  /** What the reader of the plan must know: outside dependents, tier edges given up for relations, exceptions. */
  readonly notes: readonly string[];
  readonly deviations: readonly Deviation[];
  readonly admission: Admission;
  readonly forecast: Forecast;
}
