import type { Change, DurationHistory, Fault, Landscape, Plan, Policy } from '@patchtide/contracts';
import { checkChange } from '../check-change';
import { refusal } from '../forecast/admission';
import { checkLandscape } from '../landscape/check-landscape';
import { indexLandscape } from '../landscape/landscape-index';
import { normalizeLandscape } from '../landscape/normalize';
import { selectScope } from '../landscape/scope';
import { checkPolicy, checkPolicyAgainst } from '../policy/check-policy';
import { type DraftPlan, draftPlan } from './draft-plan';
import { groupServers } from './groups';
import { placeInTime } from './place-in-time';
import { type PlanWindows, planWindows } from './plan-windows';

export interface PlanInput {
  readonly landscape: Landscape;
  readonly policy: Policy;
  readonly change: Change;
  /** The moment the plan is made; nothing starts before it. */
  readonly at: string;
  readonly landscapeDigest: string;
  readonly policyDigest: string;
  /** How long jobs took in past campaigns; left out: nothing is known of any. */
  readonly history?: DurationHistory;
  readonly historyDigest?: string;
  /** How many nights are simulated at most; left out: 500, and fewer for large plans. */
  readonly nights?: number;
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
  const { faults, draft, windows } = examine(input);
  if (!draft || !windows || faults.length > 0) return { ok: false, faults };
  const plan = placeInTime(input, draft, windows);
  const refused = refusal(plan.admission);
  return refused ? { ok: false, faults: [refused] } : { ok: true, plan };
}

interface Examined {
  readonly faults: Fault[];
  readonly draft: DraftPlan | null;
  /** Null without a draft, and where the change's own windows are at fault. */
  readonly windows: PlanWindows | null;
}

/** A plan is drafted whenever landscape and scope allow it: what only the draft can find is told with all the rest. */
function examine(documents: Documents): Examined {
  const { landscape, policy, change, at } = documents;
  const scope = selectScope(landscape, change);
  const ofChange = checkChange(change, at);
  const ofLandscape = [...checkLandscape(landscape, policy?.breaks), ...scope.faults];
  const draft = policy && ofLandscape.length === 0 ? draftPlan(landscape, policy, scope.servers) : null;
  const windows =
    policy && draft && ofChange.length === 0 ? openWindows(landscape, policy, change, draft) : null;
  const faults = [...ofChange, ...ofPolicy(documents), ...ofLandscape, ...ofDraft(draft, windows)];
  return { faults: distinct(faults), draft, windows };
}

function ofPolicy({ policy, landscape, at }: Documents): Fault[] {
  return policy ? [...checkPolicy(policy, at), ...checkPolicyAgainst(policy, landscape)] : [];
}

function ofDraft(draft: DraftPlan | null, windows: PlanWindows | null): Fault[] {
  return [...(draft?.faults ?? []), ...(windows?.faults ?? [])];
}

function openWindows(landscape: Landscape, policy: Policy, change: Change, draft: DraftPlan): PlanWindows {
  const index = () => indexLandscape(normalizeLandscape(landscape));
  return planWindows({ change, policy, groups: groupServers(draft).all(), index });
}

/** A freeze that cannot be read is found twice: with the policy, and with the windows that it would have cut. */
function distinct(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.path} ${fault.message}`, fault])).values()];
}
