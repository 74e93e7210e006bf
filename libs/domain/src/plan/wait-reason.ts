import type { Plan, PlanJob } from '@patchtide/contracts';
import { own } from '../own';
import { jobId } from './draft-job';

/** Whether a component needs another directly; null where nobody knows, because there is no landscape at hand. */
export type Needs = (component: string, other: string) => boolean | null;

/** In words: why a job waits for one of those it depends on. Follows from their actions and what ties their CIs together. */
export function waitReason(plan: Plan, job: PlanJob, earlier: PlanJob, needs: Needs = () => null): string {
  if (earlier.action === 'MANUAL') return 'a person does this first';
  if (earlier.id === jobId('CHECK', earlier.server))
    return 'every host that is tied to it is looked at first, before anything is taken away';
  return (
    reasonOfOrder(plan, job, earlier, needs) ??
    reasonForServer(job, earlier) ??
    reasonForReturn(job, earlier) ??
    `the policy has ${earlier.name} before it`
  );
}

/** What the name of a job says about whom it is for. */
export function ciNameOf({ name }: Pick<PlanJob, 'name'>): string {
  return name.split('_').slice(2).join('_');
}

function reasonOfOrder(plan: Plan, job: PlanJob, earlier: PlanJob, needs: Needs): string | null {
  switch (`${job.action} ${earlier.action}`) {
    case 'STOP STOP':
      return becauseNeeded(job, earlier, needs);
    case 'START START':
      return becauseNeeded(earlier, job, needs);
    case 'START STOP':
      return `${ciNameOf(job)} is stopped before it can start`;
    case 'STOP START':
      return becauseOfCluster(plan, job, earlier);
    default:
      return null;
  }
}

function becauseOfCluster({ limits }: Plan, { cluster }: PlanJob, earlier: PlanJob): string {
  const limit = cluster === null ? undefined : own(limits.cluster, cluster);
  const members = limit === undefined ? 'not all members' : `only ${limit} of the members`;
  return `${members} of cluster ${cluster ?? ''} may be down together, so ${ciNameOf(earlier)} must be up again`;
}

/** `needed` goes down after `needing`, and comes up before it. */
function becauseNeeded(needed: PlanJob, needing: PlanJob, needs: Needs): string {
  const [low, high] = [ciNameOf(needed), ciNameOf(needing)];
  const direct = `${high} needs ${low}`;
  const isDirect = needs(needing.ci, needed.ci);
  const mayBeTier = needed.application === needing.application && needed.tier !== needing.tier;
  if (isDirect === true || (isDirect === null && !mayBeTier)) return direct;
  const tiers = `tier ${needing.tier} of ${needing.application} stops before tier ${needed.tier}`;
  return isDirect === false ? `${tiers} and starts after it` : `${direct}, or ${tiers}`;
}

function reasonForServer(job: PlanJob, earlier: PlanJob): string | null {
  const pair = `${job.action} ${earlier.action}`;
  switch (pair) {
    case 'HOLD MUTE':
    case 'STOP MUTE':
    case 'PATCH MUTE':
      return 'the monitors of the server are muted first, so that nothing raises a false alarm';
    case 'STOP HOLD':
    case 'PATCH HOLD':
      return `the batch job ${ciNameOf(earlier)} must not run meanwhile`;
    case 'PATCH STOP':
      return 'everything on the server is stopped before its packages change';
    case 'PATCH PATCH':
      return 'packages of a server change one job after the other';
    case 'REBOOT PATCH':
      return 'the reboot brings what was patched into effect';
    case 'VERIFY PATCH':
    case 'VERIFY REBOOT':
      return 'the server is verified when all changes are done';
    case 'START VERIFY':
      return 'the server must be well before anything starts on it';
    default:
      return null;
  }
}

/** Batch jobs and monitors are given back last. */
function reasonForReturn(job: PlanJob, earlier: PlanJob): string | null {
  if (job.action !== 'RELEASE' && job.action !== 'UNMUTE') return null;
  const what = job.action === 'RELEASE' ? 'the batch job runs' : 'the monitors watch';
  if (earlier.action === 'HOLD' || earlier.action === 'MUTE')
    return `it gives back what ${earlier.name} took`;
  if (earlier.action === 'RELEASE') return `${what} again when batch jobs are released`;
  return `${what} again when the server serves again`;
}
