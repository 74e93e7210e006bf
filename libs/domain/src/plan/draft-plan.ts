import type { Deviation, Fault, Landscape, PlanLimits, PlanServer, Policy } from '@patchtide/contracts';
import { grouped } from '../grouped';
import { indexLandscape, type LandscapeIndex } from '../landscape/landscape-index';
import { normalizeLandscape } from '../landscape/normalize';
import { clusterMode, resolveLimits } from '../policy/resolve-limits';
import { withGates } from './business-gates';
import { clusterChains } from './cluster-chains';
import { findContradictions } from './contradictions';
import { deviationsOf, idleExceptions } from './deviations';
import { doctorJobs } from './doctor-jobs';
import type { DraftFault, DraftJob } from './draft-job';
import { type DraftedJobs, draftJobs, touchedServers } from './draft-jobs';
import { orderJobs } from './order-jobs';
import { type Selection, selectTargets } from './selection';
import { stopOrder } from './stop-order';
import { waitForChecks } from './wait-for-checks';

/** What a plan will do and in which order, before anything has a place in time. */
export interface DraftPlan {
  readonly selection: Selection;
  readonly servers: Readonly<Record<string, PlanServer>>;
  readonly limits: PlanLimits;
  readonly jobs: readonly DraftJob[];
  readonly waits: ReadonlyMap<string, ReadonlySet<string>>;
  readonly notes: readonly string[];
  readonly deviations: readonly Deviation[];
  /** What the procedures lack, and waits that no order can satisfy. */
  readonly faults: readonly Fault[];
}

/** Drafts the plan for the servers in scope of a landscape that has passed its checks. */
export function draftPlan(landscape: Landscape, policy: Policy, scope: readonly string[]): DraftPlan {
  const index = indexLandscape(normalizeLandscape(landscape));
  const selection = selectTargets(index, policy, scope);
  const drafted = draftJobs(index, policy, selection);
  const servers = planServers(index, touchedServers(index, selection));
  const limits = resolveLimits(policy, scopeNames(index, servers, selection));
  const chains = clusterChains(selection.stopped, limits.cluster);
  const order = stopOrder(index, policy, selection.stopped, new Set(chains.map(({ cluster }) => cluster)));
  const doctor = policy.doctor === 'required' ? doctorJobs(index, policy, selection, drafted.jobs) : [];
  const jobs = [...doctor, ...drafted.jobs];
  const ordered = orderJobs({ index, jobs, own: drafted.own, order, chains });
  const checks = checksOf(doctor, drafted);
  const waits = waitForChecks({ servers, jobs, waits: ordered, selection }, checks);
  return {
    selection,
    servers,
    limits,
    jobs: withGates(index, policy, { jobs, waits }),
    waits,
    notes: [...selection.notes, ...order.notes, ...idleExceptions(index, policy)],
    deviations: deviationsOf(index, policy, selection),
    faults: [
      ...drafted.faults.map((fault) => inLandscape(fault, landscape)),
      ...quorumFaults(policy, limits),
      // Two jobs of one id would seem to wait for each other.
      ...(waits.size === jobs.length ? findContradictions(waits, jobs, chains) : []),
    ],
  };
}

/** What comes before everything, the doctor first. */
function checksOf(doctor: readonly DraftJob[], { own }: DraftedJobs): DraftJob[] {
  const before = own.filter(({ at }) => at === 'before').sort((a, b) => a.position - b.position);
  return [...doctor, ...before.map(({ job }) => job)];
}

/** A cluster of one or two has no majority without one of them. */
function quorumFaults(policy: Policy, { cluster }: PlanLimits): Fault[] {
  return Object.entries(cluster).flatMap(([name, limit]) => {
    if (limit > 0 || clusterMode(policy, name) !== 'quorum') return [];
    return [
      {
        path: '/clusters',
        message: `cluster ${name} has so few members that none may be down while most of them stay up`,
        remedy: `Let it be limited or stop as a whole (/clusters: { ${name}: limited }), or leave its servers out of the scope.`,
      },
    ];
  });
}

/** The place of a fault in the landscape as it was written, when it is one of a CI there. */
function inLandscape({ component, path, ...rest }: DraftFault, landscape: Landscape): Fault {
  if (component === undefined) return { ...rest, path };
  const position = landscape.components.findIndex((c) => c.id === component);
  return { ...rest, path: `/components/${position}${path}` };
}

function planServers(index: LandscapeIndex, ids: readonly string[]): Record<string, PlanServer> {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const server = index.servers.get(id);
      if (!server) return [];
      const { name, address, port = 22, os, zone = 'default', site = 'default' } = server;
      const { hypervisor = null, tags = [], owner = null } = server;
      return [[id, { id, name, address, port, os, zone, site, hypervisor, tags, owner }]];
    }),
  );
}

function scopeNames(
  index: LandscapeIndex,
  servers: Readonly<Record<string, PlanServer>>,
  selection: Selection,
) {
  const list = Object.values(servers);
  const components = [...selection.stopped.values()];
  const clusters = new Set(components.flatMap((c) => c.cluster ?? []));
  const members = grouped(index.components.values(), ({ cluster }) => cluster);
  return {
    servers: selection.patched.size,
    sites: [...new Set(list.map((s) => s.site))],
    zones: [...new Set(list.map((s) => s.zone))],
    applications: [...new Set(components.map((c) => c.application))],
    clusters: new Map([...clusters].map((name) => [name, members.get(name)?.length ?? 0])),
    hypervisors: [...new Set(list.flatMap((s) => s.hypervisor ?? []))],
  };
}
