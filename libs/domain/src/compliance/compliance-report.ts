import type {
  CampaignClosed,
  CampaignEvent,
  Landscape,
  PackageChange,
  Plan,
  Window,
} from '@patchtide/contracts';
import { CampaignRecord } from './campaign-record';
import { serverCompliance } from './server-compliance';

/**
 * Whether a server got its patches. `patched`: proven by the host. `by-hand`: a named person states it. `left-out`: given up by rule,
 * because a last safe moment had passed or everything was given back. `excluded`: the plan never had it. `pending`: not decided yet.
 */
export type PatchResult =
  'patched' | 'by-hand' | 'failed' | 'unknown' | 'skipped' | 'left-out' | 'excluded' | 'pending';

/** `rebooted`: proven by a new boot id. `not-planned`: the policy has no reboot for the server. */
export type RebootResult =
  | 'rebooted'
  | 'not-needed'
  | 'by-hand'
  | 'failed'
  | 'unknown'
  | 'skipped'
  | 'left-out'
  | 'pending'
  | 'not-planned';

export interface RebootRecord {
  readonly result: RebootResult;
  readonly at: string | null;
  /** Who decided, where it was a person. */
  readonly by: string | null;
  readonly reason: string;
  /** What the host gave as the reason why it needs one; null when it did not say so. */
  readonly neededFor: string | null;
  /** A reboot is needed and nobody has proven or stated one. */
  readonly isDue: boolean;
  readonly bootIdBefore: string | null;
  readonly bootIdAfter: string | null;
}

export interface ServerCompliance {
  readonly server: string;
  readonly name: string;
  /** Null for a server that the landscape does not have. */
  readonly os: string | null;
  readonly owner: string | null;
  readonly applications: readonly string[];
  readonly result: PatchResult;
  /** When the last patch ended, or was decided about. */
  readonly at: string | null;
  readonly by: string | null;
  /** Why it is not patched; what the host said when it is. */
  readonly reason: string;
  readonly reboot: RebootRecord;
  /** What changed over all attempts, by name. */
  readonly packages: readonly PackageChange[];
  /** What the host noted, such as packages that are held. */
  readonly notes: Readonly<Record<string, string>>;
  /** Patched, and no reboot is due. */
  readonly isCompliant: boolean;
}

export interface ComplianceTotals extends Readonly<Record<PatchResult, number>> {
  readonly servers: number;
  readonly compliant: number;
  readonly rebooted: number;
  readonly rebootsDue: number;
  /** Package changes over all servers, and how many different packages they were. */
  readonly packageChanges: number;
  readonly packages: number;
}

/** What a campaign did for the servers in its scope, from its events alone. */
export interface ComplianceReport {
  readonly campaign: string;
  readonly title: string;
  readonly requestedBy: string;
  readonly approvals: readonly { readonly by: string; readonly at: string }[];
  readonly policy: string;
  readonly policyDigest: string;
  readonly landscapeDigest: string;
  readonly planDigest: string;
  readonly window: Window;
  readonly startedAt: string | null;
  readonly closedAt: string | null;
  /** Null while the campaign has not ended. */
  readonly outcome: CampaignClosed['outcome'] | null;
  /** When the last event was recorded that this report knows. */
  readonly asOf: string;
  readonly totals: ComplianceTotals;
  readonly servers: readonly ServerCompliance[];
}

export interface ComplianceInput {
  readonly plan: Plan;
  /** The campaign's events in their order. Those that `concernsCompliance` says no to may be left out. */
  readonly events: Iterable<CampaignEvent>;
  /** The landscape of the plan: it knows the servers that the plan leaves out. */
  readonly landscape?: Pick<Landscape, 'servers'>;
}

/** Folds a campaign's events into what auditors ask for: each server, patched or why not, rebooted or due, packages old and new. */
export function complianceReport({ plan, events, landscape }: ComplianceInput): ComplianceReport {
  const record = new CampaignRecord(plan);
  for (const event of events) record.read(event);
  const servers = serverCompliance(record, landscape?.servers ?? []);
  return {
    campaign: plan.change,
    ...record.head(),
    policy: plan.policy,
    policyDigest: plan.policyDigest,
    landscapeDigest: plan.landscapeDigest,
    planDigest: plan.digest,
    window: plan.window,
    totals: totalsOf(servers),
    servers,
  };
}

const NONE: Readonly<Record<PatchResult, number>> = {
  patched: 0,
  'by-hand': 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
  'left-out': 0,
  excluded: 0,
  pending: 0,
};

function totalsOf(servers: readonly ServerCompliance[]): ComplianceTotals {
  const results: Record<PatchResult, number> = { ...NONE };
  for (const { result } of servers) results[result] += 1;
  const count = (is: (server: ServerCompliance) => boolean): number => servers.filter(is).length;
  const changes = servers.flatMap(({ packages }) => packages);
  return {
    ...results,
    servers: servers.length,
    compliant: count(({ isCompliant }) => isCompliant),
    rebooted: count(({ reboot }) => reboot.result === 'rebooted'),
    rebootsDue: count(({ reboot }) => reboot.isDue),
    packageChanges: changes.length,
    packages: new Set(changes.map(({ name }) => name)).size,
  };
}
