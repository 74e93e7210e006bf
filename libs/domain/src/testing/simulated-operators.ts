import type { JobVerb } from '@patchtide/contracts';
import type { CampaignCommand } from '../campaign/commands';
import { closedTime } from '../campaign/open-times';
import { type Campaign, type Execution, givesBack, type JobState } from '../campaign/state';
import { toMs } from '../instant';
import { chance, type Draw, pick } from './random';

const VERBS: readonly [JobVerb, ...JobVerb[]] = [
  'retry',
  'retry',
  'skip',
  'complete',
  'take-over',
  'hand-back',
];

type Control = Extract<
  CampaignCommand,
  { type: 'ControlJob' | 'Pause' | 'Resume' | 'Abort' | 'Start' | 'Approve' | 'StateCondition' }
>;

/** Whatever somebody might ask for, wise or not, allowed or not. */
export function randomCommand(draw: Draw, campaign: Campaign, at: string): Control | null {
  const { execution } = campaign;
  if (!execution) return null;
  const wish = { by: pick(draw, ['k.lindner', 'o.brandt', 'm.weber']), reason: 'tonight', at };
  const dice = draw(99);
  if (dice < 1) return { type: 'Abort', ...wish };
  if (dice < 9) return { type: 'Pause', ...wish };
  if (dice < 24) return { type: 'Resume', ...wish };
  if (dice < 26) return { type: 'Start', ...wish };
  if (dice < 28) return { type: 'Approve', planDigest: execution.plan.digest, ...wish };
  if (dice < 31) {
    const condition = pick(draw, ['month-end-closed', 'shop-quiet', 'unheard-of']);
    return { type: 'StateCondition', condition, met: chance(draw, 50), ...wish };
  }
  const job = chance(draw, 60) ? inTrouble(draw, execution) : randomJob(draw, execution);
  return job ? { type: 'ControlJob', verb: pick(draw, VERBS), job: job.plan.id, ...wish } : null;
}

function randomJob(draw: Draw, execution: Execution): JobState | undefined {
  const jobs = [...execution.jobs.values()];
  return jobs[draw(jobs.length)];
}

function inTrouble(draw: Draw, execution: Execution): JobState | undefined {
  const jobs = [...execution.jobs.values()].filter(needsSomebody);
  return jobs[draw(jobs.length)];
}

function needsSomebody({ status }: JobState): boolean {
  return status === 'failed' || status === 'unknown' || status === 'taken-over';
}

/** What a careful operator asks for next to bring the campaign to its end; null when nothing needs them. */
export function helpfulCommand(campaign: Campaign, at: string): Control | null {
  const { execution, paused, status } = campaign;
  if (status === 'closed') return null;
  const wish = { by: 'k.lindner', reason: 'back to normal', at };
  if (paused) return { type: 'Resume', ...wish };
  const job = [...(execution?.jobs.values() ?? [])].find(
    (state) => (needsSomebody(state) || isForPeople(campaign, state, at)) && isUseful(campaign, state),
  );
  if (!job) return null;
  const { executor } = job.plan;
  const verb = executor === 'person' ? byPerson(job) : job.status === 'taken-over' ? 'hand-back' : 'retry';
  return { type: 'ControlJob', verb, job: job.plan.id, ...wish };
}

/** A person's job whose turn it is, at a time at which it may begin. */
function isForPeople({ execution }: Campaign, { plan, status }: JobState, at: string): boolean {
  if (!execution || status !== 'waiting' || plan.executor !== 'person') return false;
  return execution.ready.has(plan.id) && closedTime(execution, plan, toMs(at)) === null;
}

function byPerson({ status }: JobState): JobVerb {
  return status === 'taken-over' ? 'complete' : 'take-over';
}

/** On the way up only what gives back is tried again; a job in hand can be handed back at any time. */
function isUseful({ execution }: Campaign, { plan, status }: JobState): boolean {
  const isRestoring = execution?.restoring.has('*') === true || execution?.restoring.has(plan.group) === true;
  return status === 'taken-over' || !isRestoring || givesBack(plan);
}
