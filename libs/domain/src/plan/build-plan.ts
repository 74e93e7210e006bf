import type { Change, Fault, Landscape, Plan, PlanJob, PlanServer, Policy } from '@patchtide/contracts';
import { checkChange } from '../check-change';
import { durationMs } from '../duration';
import { toInstant, toMs } from '../instant';
import { checkLandscape } from '../landscape/check-landscape';
import { cyclicSets, shortestCycle } from '../landscape/cycles';
import { indexLandscape, type LandscapeIndex } from '../landscape/landscape-index';
import { selectScope } from '../landscape/scope';
import { checkPolicy, checkPolicyAgainst } from '../policy/check-policy';
import { resolveBudgets, resolveLimits, resolveReactions } from '../policy/resolve-limits';
import { type DraftJob, draftJobs, touchedServers } from './draft-jobs';
import { forecast } from './forecast';
import { assignWaves, Groups } from './groups';
import { type Chain, orderJobs } from './order-jobs';
import { indexPlan } from './plan-index';
import { schedule } from './schedule';
import { type Selection, selectTargets } from './selection';
import { clusterChains, stopOrder } from './stop-order';

export interface PlanInput {
  readonly landscape: Landscape;
  readonly policy: Policy;
  readonly change: Change;
  /** The moment the plan is made; nothing starts before it. */
  readonly at: string;
  readonly landscapeDigest: string;
  readonly policyDigest: string;
}

/** A plan without its digest, which is the digest of this very text in canonical form. */
export type PlanBody = Omit<Plan, 'digest'>;
export type PlanResult =
  { readonly ok: true; readonly plan: PlanBody } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Everything that is wrong with what is at hand; a policy that could not be found leaves the rest to be checked. */
export function checkPlanInput(input: Pick<PlanInput, 'landscape' | 'change' | 'at'> & { readonly policy: Policy | null }): Fault[] {
  const { landscape, policy, change, at } = input;
  return [
    ...checkChange(change, at),
    ...(policy ? checkPolicy(policy, at) : []),
    ...checkLandscape(landscape),
    ...(policy ? checkPolicyAgainst(policy, landscape) : []),
    ...selectScope(landscape, change).faults,
  ];
}

/** Makes the plan of a change, or says everything that prevents it. The same inputs give the same plan on any machine. */
export function buildPlan(input: PlanInput): PlanResult {
  const { landscape, policy, change } = input;
  const faults = checkPlanInput(input);
  if (faults.length > 0) return { ok: false, faults };
  const scope = selectScope(landscape, change);
  const index = indexLandscape(landscape);
  const selection = selectTargets(index, policy, scope.servers);
  const draft = draftJobs(index, policy, selection);
  if (draft.faults.length > 0) return { ok: false, faults: draft.faults };
  return placeJobs(input, index, selection, draft.jobs);
}

function placeJobs(
  input: PlanInput,
  index: LandscapeIndex,
  selection: Selection,
  drafts: readonly DraftJob[],
): PlanResult {
  const { policy, change, at } = input;
  const servers = planServers(index, touchedServers(index, selection));
  const limits = resolveLimits(policy, scopeNames(servers, selection));
  const order = stopOrder(index, policy, selection.stopped);
  const chains = clusterChains(policy, selection.stopped, limits.cluster);
  const waits = orderJobs(index, drafts, order, chains);
  const contradiction = findContradiction(waits, drafts, chains);
  if (contradiction) return { ok: false, faults: [contradiction] };

  const groups = groupServers(index, selection, Object.keys(servers), drafts, waits);
  const waveNames = policy.waves ?? [{ name: 'all' }];
  const waveOf = assignWaves(groups.all(), waveNames);
  const jobs = drafts
    .map((job) => {
      const group = groups.of(job.server);
      return {
        ...job,
        dependsOn: [...(waits.get(job.id) ?? [])].sort(),
        group,
        wave: waveOf.get(group) ?? 'all',
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const waves = waveNames.map((wave) => ({
    name: wave.name,
    soakMs: durationMs(wave.soak, 0),
    servers: Object.keys(servers).filter((id) => waveOf.get(groups.of(id)) === wave.name).length,
  }));
  const startMs = Math.max(toMs(at), toMs(change.window.start));
  const slots = schedule({ index: indexPlan(jobs), limits, servers, waves, startMs });
  const placed: PlanJob[] = jobs.map((job) => ({
    ...job,
    estimatedStart: toInstant(slots.get(job.id)?.startMs ?? startMs),
    estimatedEnd: toInstant(slots.get(job.id)?.endMs ?? startMs),
  }));
  return {
    ok: true,
    plan: {
      change: change.id,
      landscapeDigest: input.landscapeDigest,
      policy: policy.name,
      policyDigest: input.policyDigest,
      at,
      window: change.window,
      servers,
      waves,
      limits,
      budgets: resolveBudgets(policy, selection.patched.size),
      reactions: resolveReactions(policy),
      jobs: placed,
      exclusions: selection.exclusions,
      notes: [...selection.notes, ...order.notes],
      forecast: forecast({ index: indexPlan(placed), slots, limits, window: change.window, startMs }),
    },
  };
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

/** Servers are tied together by every wait between their jobs: that is what makes them one group. */
function groupServers(
  index: LandscapeIndex,
  selection: Selection,
  servers: readonly string[],
  jobs: readonly DraftJob[],
  waits: ReadonlyMap<string, ReadonlySet<string>>,
): Groups {
  const groups = new Groups(servers);
  const serverOf = new Map(jobs.map((job) => [job.id, job.server]));
  for (const [id, earlier] of waits) {
    for (const other of earlier) groups.join(serverOf.get(id) ?? '', serverOf.get(other) ?? '');
  }
  const clusterHosts = new Map<string, string>();
  for (const component of selection.stopped.values()) {
    if (component.cluster === undefined || !index.servers.has(component.server)) continue;
    groups.join(component.server, clusterHosts.get(component.cluster) ?? component.server);
    clusterHosts.set(component.cluster, component.server);
  }
  return groups;
}

function findContradiction(
  waits: ReadonlyMap<string, ReadonlySet<string>>,
  jobs: readonly DraftJob[],
  chains: readonly Chain[],
): Fault | null {
  const [set] = cyclicSets(waits);
  if (!set) return null;
  const names = new Map(jobs.map((job) => [job.id, job.name]));
  const cycle = shortestCycle(waits, set).map((id) => names.get(id) ?? id);
  const clusters = [
    ...new Set(chains.filter((c) => set.includes(`stop-${c.component}`)).map((c) => c.cluster)),
  ].sort();
  return {
    path: '/limits/cluster',
    message: `these jobs would wait for each other for ever: ${cycle.join(' -> ')}`,
    remedy:
      clusters.length > 0
        ? `Members of cluster ${clusters.join(', ')} cannot be taken one after the other, because what they depend on goes down too. ` +
          `Allow the whole cluster to stop (/clusters: { ${clusters[0]}: full-stop }), or take one side out of the scope.`
        : 'Remove one of the relations behind these waits, or take one side out of the scope.',
  };
}
