import type { Action } from './words';
import type { Outcome } from './work';

/** The standard procedure (docs/schemas/policy.json). Durations are text such as `90s`, `10m`, `1h30m`. */

/**
 * `{ unit }` drives a systemd unit; `{ command }` is an argument list, where `{name}` alone is an attribute's value;
 * `{ packages }` updates these packages, and what they need, by the server's patch method.
 */
export type KindStep =
  | { readonly unit: 'stop' | 'start' | 'restart' | 'active' | 'inactive'; readonly timeout?: string }
  | { readonly command: readonly string[]; readonly timeout?: string; readonly until?: boolean }
  | { readonly packages: readonly string[]; readonly timeout?: string };

export interface KindProcedure {
  readonly stop?: KindStep | readonly KindStep[];
  readonly verifyStopped?: KindStep | readonly KindStep[];
  readonly start?: KindStep | readonly KindStep[];
  readonly verifyStarted?: KindStep | readonly KindStep[];
  /** Present: components of this kind are patched by a job of their own, after the server's OS packages. */
  readonly patch?: KindStep | readonly KindStep[];
  /** Is it up right now? Changes nothing. */
  readonly probe?: KindStep | readonly KindStep[];
  /** The component needs no stop while its server is patched and rebooted. */
  readonly safeToKeep?: boolean;
  /** Attributes that the steps use, with what they may be. */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** Phases that are different on servers of an operating system: a family such as `debian`, or `debian-12`, which wins. */
  readonly os?: Readonly<Record<string, KindPhases>>;
}

export type KindPhases = Omit<KindProcedure, 'parameters' | 'os' | 'safeToKeep'>;

/** An attribute that a procedure uses. A component without it has the default; without a default it must have it. */
export interface Parameter {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly default?: string | number | boolean;
  /** The only values that are allowed. */
  readonly values?: readonly (string | number)[];
  /** Of an integer. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Where something holds; everything given must fit. `os` is a family such as `debian`, or `debian-12`. */
export interface Match {
  readonly server?: string;
  readonly component?: string;
  readonly application?: string;
  readonly cluster?: string;
  readonly tag?: string;
  readonly kind?: string;
  readonly tier?: string;
  readonly os?: string;
}

/**
 * When a job of one's own runs. `before`: before anything is taken away; `stopped`: everything on the server is down and
 * not patched yet; `patched`: before the reboot; `verified`: the server is well and nothing starts yet; `after`: it serves
 * again, before batch jobs and monitors are given back.
 */
export const MOMENTS = ['before', 'stopped', 'patched', 'verified', 'after'] as const;
export type Moment = (typeof MOMENTS)[number];

/**
 * A job that the standard has in addition, for each server or component that matches: a check, a snapshot, firmware by
 * a custom command (PATCH), or something a person does (MANUAL). Named `<ACTION>_<NAME>_<ci name>`.
 */
export interface OwnJob {
  readonly name: string;
  readonly action: 'CHECK' | 'PATCH' | 'MANUAL';
  readonly per: 'server' | 'component';
  readonly at: Moment;
  /** Left out: every server that is patched, or every component that is stopped. */
  readonly match?: Match;
  /** What the host does; required but for MANUAL. */
  readonly steps?: KindStep | readonly KindStep[];
  /** What the person does; required for MANUAL. */
  readonly instructions?: string;
  readonly duration?: string;
  readonly timeout?: string;
}

/** A relation that the order of this policy leaves out of account, so that a cycle can be planned. */
export interface BrokenRelation {
  readonly from: string;
  readonly to: string;
  readonly owner: string;
  readonly reason: string;
  /** The last day it holds. */
  readonly until: string;
}

/** A condition of the business that somebody must have published before these applications may stop. */
export interface BusinessGate {
  readonly name: string;
  readonly match?: Match;
}

/** A time in which nothing may start: absolute, or the events of an iCalendar text. */
export interface Freeze {
  readonly name: string;
  readonly start?: string;
  readonly end?: string;
  /** An iCalendar text. In a policy file, `file` names a file beside it instead, and is replaced by its text. */
  readonly ics?: string;
  readonly file?: string;
  /** IANA zone for events without one, and for events that last whole days. */
  readonly timezone?: string;
  /** Left out: everything. */
  readonly match?: Match;
}

/** What is asked before the next wave: at most so many servers failed, incidents open, and whether all checks passed. */
export interface WaveGate {
  readonly failures?: number;
  readonly incidents?: number;
  readonly checks?: 'passed';
}

/** What becomes of a plan that does not fit its windows. `ask`: people see it and decide. */
export type AdmissionRule = 'ask' | 'reject' | 'propose';

/** A number, or text such as `5%` of the scope's servers (rounded up). */
export type Amount = number | string;

export interface Limits {
  readonly campaign?: number;
  readonly site?: number | Readonly<Record<string, number>>;
  readonly zone?: number | Readonly<Record<string, number>>;
  readonly application?: number | Readonly<Record<string, number>>;
  readonly tier?: number | Readonly<Record<string, number>>;
  /** Members of one cluster that may be down together. */
  readonly cluster?: number | Readonly<Record<string, number>>;
  /** On one hypervisor, as `hypervisor` of the servers names it. */
  readonly hypervisor?: number | Readonly<Record<string, number>>;
  /** On all servers with a tag. */
  readonly tag?: Readonly<Record<string, number>>;
}

export interface Wave {
  readonly name: string;
  readonly share?: string;
  readonly soak?: string;
  /** Asked after the soak, before the next wave. */
  readonly gate?: WaveGate;
}

export interface Budgets {
  readonly campaign?: Amount;
  readonly tier?: Readonly<Record<string, Amount>>;
  readonly application?: Amount;
  readonly cluster?: Amount;
}

export interface Reaction {
  readonly on: Exclude<Outcome, 'succeeded' | 'not-begun'>;
  readonly action?: Action;
  readonly kind?: string;
  readonly tier?: string;
  readonly retry: number;
  readonly delay?: string;
}

export const PATCH_METHODS = ['apt', 'dnf', 'zypper', 'wua', 'none'] as const;
export type PatchMethod = (typeof PATCH_METHODS)[number];

/** How servers of one operating system family are brought up to date. What is left out has the default. */
export interface PatchSettings {
  readonly method: PatchMethod;
  /** Everything (default), or what a security archive or advisory names. */
  readonly scope?: 'all' | 'security';
  /** A configuration file that was changed by hand and by the update: keep it (default), take the new one, or stop before. */
  readonly conffiles?: 'keep' | 'new' | 'stop';
  /** An update that removes packages: refuse it (default) or allow it. */
  readonly removals?: 'refuse' | 'allow';
  /** How long to wait while somebody else uses the package manager. Default `5m`. */
  readonly lockTimeout?: string;
  /** Packages that stay as they are. */
  readonly skip?: readonly string[];
}

/**
 * `limited` (default): never more members down than limits.cluster. `quorum`: besides, more than half of all members stay
 * up. `full-stop`: the cluster may go down as a whole.
 */
export const CLUSTER_MODES = ['limited', 'quorum', 'full-stop'] as const;
export type ClusterMode = (typeof CLUSTER_MODES)[number];

export interface PolicySettings {
  readonly tiers: readonly string[];
  readonly limits?: Limits;
  readonly waves?: readonly Wave[];
  readonly budgets?: Budgets;
  /** By operating system family; a method alone has the defaults. */
  readonly patch: Readonly<Record<string, PatchMethod | PatchSettings>>;
  readonly reboot?: 'never' | 'if-needed' | 'always';
  /** `required`: every host is looked at before anything is taken from it. Default `off`. */
  readonly doctor?: 'off' | 'required';
  readonly clusters?: Readonly<Record<string, ClusterMode>>;
  readonly outsideDependents?: 'stop-too' | 'warn' | 'exclude';
  readonly kinds?: Readonly<Record<string, KindProcedure>>;
  readonly reactions?: readonly Reaction[];
  readonly durations?: Readonly<Partial<Record<Action, string>>>;
  readonly timeouts?: Readonly<Partial<Record<Action, string>>>;
  /** Jobs that the standard has in addition. */
  readonly jobs?: readonly OwnJob[];
  readonly breaks?: readonly BrokenRelation[];
  readonly gates?: readonly BusinessGate[];
  readonly freezes?: readonly Freeze[];
  /** Default `ask`. */
  readonly admission?: AdmissionRule;
  /** Least probability, in percent, to end inside the windows for a plan to fit. Default: the expected end decides. */
  readonly confidence?: number;
}

export interface Exception {
  readonly match: Match;
  readonly set: {
    readonly kinds?: Readonly<Record<string, KindProcedure>>;
    readonly reboot?: 'never' | 'if-needed' | 'always';
    readonly exclude?: boolean;
  };
  readonly owner: string;
  readonly reason: string;
  readonly until: string;
}

export interface Policy extends PolicySettings {
  readonly name: string;
  readonly exceptions?: readonly Exception[];
}
