import type { Fault, Landscape, PlanLimits, PlanServer, Policy } from '@patchtide/contracts';
import { indexLandscape, type LandscapeIndex } from '../landscape/landscape-index';
import { normalizeLandscape } from '../landscape/normalize';
import { resolveLimits } from '../policy/resolve-limits';
import { findContradictions } from './contradictions';
import { doctorJobs, waitForChecks } from './doctor-jobs';
import { type DraftFault, type DraftJob, draftJobs, touchedServers } from './draft-jobs';
import { orderJobs } from './order-jobs';
import { type Selection, selectTargets } from './selection';
import { clusterChains, stopOrder } from './stop-order';

/** What a plan will do and in which order, before anything has a place in time. */
export interface DraftPlan {
  readonly selection: Selection;
  readonly servers: Readonly<Record<string, PlanServer>>;
  readonly limits: PlanLimits;
  readonly jobs: readonly DraftJob[];
  readonly waits: ReadonlyMap<string, ReadonlySet<string>>;
  readonly notes: readonly string[];
  /** What the procedures lack, and waits that no order can satisfy. */
  readonly faults: readonly Fault[];
}

/** Drafts the plan for the servers in scope of a landscape that has passed its checks. */
export function draftPlan(landscape: Landscape, policy: Policy, scope: readonly string[]): DraftPlan {
  const index = indexLandscape(normalizeLandscape(landscape));
  const selection = selectTargets(index, policy, scope);
  const drafted = draftJobs(index, policy, selection);
  const servers = planServers(index, touchedServers(index, selection));
  const limits = resolveLimits(policy, scopeNames(servers, selection));
  const order = stopOrder(index, policy, selection.stopped);
  const chains = clusterChains(policy, selection.stopped, limits.cluster);
  const checks = policy.doctor === 'required' ? doctorJobs(index, policy, selection, drafted.jobs) : [];
  const jobs = [...checks, ...drafted.jobs];
  const ordered = orderJobs(index, jobs, order, chains);
  const waits = checks.length === 0 ? ordered : waitForChecks({ servers, jobs, waits: ordered, selection });
  return {
    selection,
    servers,
    limits,
    jobs,
    waits,
    notes: [...selection.notes, ...order.notes],
    faults: [
      ...drafted.faults.map((fault) => inLandscape(fault, landscape)),
      ...findContradictions(waits, jobs, chains),
    ],
  };
}

/** The place of a component's fault in the landscape as it was written. */
function inLandscape({ component, path, ...rest }: DraftFault, landscape: Landscape): Fault {
  const position = landscape.components.findIndex((c) => c.id === component);
  return { ...rest, path: `/components/${position}${path}` };
}

function planServers(index: LandscapeIndex, ids: readonly string[]): Record<string, PlanServer> {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const server = index.servers.get(id);
      if (!server) return [];
      const { name, address, port = 22, os, zone = 'default', site = 'default', owner = null } = server;
      return [[id, { id, name, address, port, os, zone, site, owner }]];
    }),
  );
}

function scopeNames(servers: Readonly<Record<string, PlanServer>>, selection: Selection) {
  const list = Object.values(servers);
  const components = [...selection.stopped.values()];
  return {
    servers: selection.patched.size,
    sites: [...new Set(list.map((s) => s.site))],
    zones: [...new Set(list.map((s) => s.zone))],
    applications: [...new Set(components.map((c) => c.application))],
    clusters: [...new Set(components.flatMap((c) => c.cluster ?? []))],
  };
}
