import type { Landscape, OwnJob, PlanJob, Policy } from '@patchtide/contracts';
import { grouped } from '../grouped';
import { selectScope } from '../landscape/scope';
import { type DraftPlan, draftPlan } from '../plan/draft-plan';
import { groupServers } from '../plan/groups';
import { procedureFor } from '../policy/effective';
import { aChange } from './plans';
import type { Draw } from './random';
import { randomLandscape, randomPolicy, randomScope, withBrokenCircles } from './random-estate';

type DraftedJob = DraftPlan['jobs'][number] & Pick<PlanJob, 'dependsOn' | 'group'>;

/** What a plan does and in which order, without times: quick to make, so that thousands of estates can be tried. */
export interface Drafted extends Omit<DraftPlan, 'jobs'> {
  readonly landscape: Landscape;
  readonly policy: Policy;
  readonly scope: readonly string[];
  readonly jobs: readonly DraftedJob[];
}

export function drafted(landscape: Landscape, policy: Policy, scope: readonly string[]): Drafted {
  const draft = draftPlan(landscape, policy, scope);
  const groups = groupServers(draft);
  const jobs = draft.jobs.map((job) => ({
    ...job,
    dependsOn: [...(draft.waits.get(job.id) ?? [])],
    group: groups.of(job.server),
  }));
  return { ...draft, landscape, policy, scope, jobs };
}

/** A random estate under a random policy; where a cluster cannot be taken member by member, it stops as a whole. */
export function randomDraft(draw: Draw): Drafted {
  const { landscape, breaks } = withBrokenCircles(draw, randomLandscape(draw));
  const policy: Policy = { ...randomPolicy(draw), breaks };
  const { servers } = selectScope(landscape, aChange({ scope: randomScope(draw, landscape) }));
  const draft = drafted(landscape, policy, servers);
  if (draft.faults.length === 0) return draft;
  return drafted(landscape, { ...policy, clusters: { default: 'full-stop' } }, servers);
}

/** Jobs of one action by CI: a component has one for each server that it runs on. */
export function partsOf({ jobs }: Drafted, action: string): ReadonlyMap<string, readonly DraftedJob[]> {
  return grouped(
    jobs.filter((job) => job.action === action),
    (job) => job.ci,
  );
}

/** What depends on what, as far as the policy has not broken it. */
export function needsIn({ landscape, policy: { breaks = [] } }: Drafted): Landscape['relations'] {
  const broken = new Set(breaks.map(({ from, to }) => `${from} ${to}`));
  return landscape.relations.filter(
    ({ type, from, to }) => type === 'dependsOn' && !broken.has(`${from} ${to}`),
  );
}

/** What the policy says of a job of its own; undefined for standard jobs. */
export function ownJobOf({ jobs }: Policy, { id, ci }: DraftedJob): OwnJob | undefined {
  return jobs?.find(({ action, name }) => id === `${action.toLowerCase()}-${name}.${ci}`);
}

export function hostsOf({ landscape }: Drafted, id: string): ReadonlySet<string> {
  const own = landscape.components.filter((c) => c.id === id).map((c) => c.server);
  const also = landscape.relations.filter((r) => r.type === 'runsOn' && r.from === id).map((r) => r.to);
  return new Set([...own, ...also]);
}

/** Whether a component keeps running while its server is patched. */
export function isKept({ landscape, policy }: Drafted, id: string): boolean {
  const component = landscape.components.find((c) => c.id === id);
  const server = landscape.servers.find((s) => s.id === component?.server);
  return (
    component !== undefined &&
    server !== undefined &&
    procedureFor(policy, component, server).safeToKeep === true
  );
}
