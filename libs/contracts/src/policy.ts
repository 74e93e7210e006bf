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
}

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
}

export interface Wave {
  readonly name: string;
  readonly share?: string;
  readonly soak?: string;
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
  /** `limited` (default): never more members down than limits.cluster. `full-stop`: a cluster may go down as a whole. */
  readonly clusters?: Readonly<Record<string, 'limited' | 'full-stop'>>;
  readonly outsideDependents?: 'stop-too' | 'warn' | 'exclude';
  readonly kinds?: Readonly<Record<string, KindProcedure>>;
  readonly reactions?: readonly Reaction[];
  readonly durations?: Readonly<Partial<Record<Action, string>>>;
  readonly timeouts?: Readonly<Partial<Record<Action, string>>>;
}

export interface Exception {
  readonly match: {
    readonly server?: string;
    readonly component?: string;
    readonly application?: string;
    readonly cluster?: string;
    readonly tag?: string;
  };
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
