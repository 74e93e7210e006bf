import type { Change, Fault, Landscape, Plan, PlanJob, Policy } from '@patchtide/contracts';
import { checkChange } from '../check-change';
import { durationMs } from '../duration';
import { toInstant, toMs } from '../instant';
import { checkLandscape } from '../landscape/check-landscape';
import { selectScope } from '../landscape/scope';
import { checkPolicy, checkPolicyAgainst } from '../policy/check-policy';
import { resolveBudgets, resolveReactions } from '../policy/resolve-limits';
import { type DraftPlan, draftPlan } from './draft-plan';
import { forecast } from './forecast';
import { assignWaves, groupServers } from './groups';
import { indexPlan } from './plan-index';
import { schedule } from './schedule';

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

type Documents = Pick<PlanInput, 'landscape' | 'change' | 'at'> & { readonly policy: Policy | null };

/** Everything that is wrong with what is at hand; a policy that could not be found leaves the rest to be checked. */
export function checkPlanInput(input: Documents): Fault[] {
  return examine(input).faults;
}

/** Makes the plan of a change, or says everything that prevents it. The same inputs give the same plan on any machine. */
export function buildPlan(input: PlanInput): PlanResult {
  const { faults, draft } = examine(input);
  return draft && faults.length === 0 ? { ok: true, plan: placeInTime(input, draft) } : { ok: false, faults };
}

/** A plan is drafted whenever landscape and scope allow it: what only the draft can find is told with all the rest. */
function examine({ landscape, policy, change, at }: Documents): { faults: Fault[]; draft: DraftPlan | null } {
  const scope = selectScope(landscape, change);
  const ofLandscape = checkLandscape(landscape);
  const isSound = ofLandscape.length === 0 && scope.faults.length === 0;
  const draft = policy && isSound ? draftPlan(landscape, policy, scope.servers) : null;
  const faults = [
    ...checkChange(change, at),
    ...(policy ? checkPolicy(policy, at) : []),
    ...ofLandscape,
    ...(policy ? checkPolicyAgainst(policy, landscape) : []),
    ...scope.faults,
    ...(draft?.faults ?? []),
  ];
  return { faults, draft };
}

function placeInTime(input: PlanInput, draft: DraftPlan): PlanBody {
  const { policy, change, at } = input;
  const { servers, limits, selection, notes } = draft;
  const { jobs, waves } = placeInWaves(draft, policy);
  const startMs = Math.max(toMs(at), toMs(change.window.start));
  const slots = schedule({ index: indexPlan(jobs), limits, servers, waves, startMs });
  const placed: PlanJob[] = jobs.map((job) => ({
    ...job,
    estimatedStart: toInstant(slots.get(job.id)?.startMs ?? startMs),
    estimatedEnd: toInstant(slots.get(job.id)?.endMs ?? startMs),
  }));
  return {
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
    notes,
    forecast: forecast({ index: indexPlan(placed), slots, limits, window: change.window, startMs }),
  };
}

function placeInWaves(draft: DraftPlan, policy: Policy) {
  const groups = groupServers(draft);
  const named = policy.waves ?? [{ name: 'all' }];
  const waveOf = assignWaves(groups.all(), named);
  const jobs = draft.jobs
    .map((job) => {
      const group = groups.of(job.server);
      const dependsOn = [...(draft.waits.get(job.id) ?? [])].sort();
      return { ...job, dependsOn, group, wave: waveOf.get(group) ?? 'all' };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const waves = named.map((wave) => ({
    name: wave.name,
    soakMs: durationMs(wave.soak, 0),
    servers: Object.keys(draft.servers).filter((id) => waveOf.get(groups.of(id)) === wave.name).length,
  }));
  return { jobs, waves };
}
