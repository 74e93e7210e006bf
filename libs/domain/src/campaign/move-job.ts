import { toMs } from '../instant';
import { type Execution, givesBack, isInFlight, isSettled, type JobState, type JobStatus } from './state';

/** Changes a job's status and keeps every set and count that depends on it. */
export function moveTo(
  execution: Execution,
  job: JobState,
  { status, at }: { readonly status: JobStatus; readonly at: string },
): void {
  const { id, wave } = job.plan;
  const wasSettled = isSettled(job.status);
  const wasAtWork = isAtWork(execution, job);
  countInFlight(execution, job, isInFlight(status));
  job.status = status;
  job.since = at;
  countFailure(execution, job, status);
  setMember(execution.ready, id, status === 'waiting' && execution.openWaits.get(id) === 0);
  count(execution.atWork, wave, Number(isAtWork(execution, job)) - Number(wasAtWork));
  const isSettledNow = isSettled(status);
  if (isSettledNow || status === 'failed' || status === 'unknown')
    execution.waveEndMs.set(wave, Math.max(execution.waveEndMs.get(wave) ?? 0, toMs(at)));
  if (isSettledNow && !wasSettled) settle(execution, job);
}

function isAtWork(execution: Execution, { plan, status }: JobState): boolean {
  return execution.ready.has(plan.id) || execution.inFlight.has(plan.id) || status === 'taken-over';
}

function countInFlight(execution: Execution, job: JobState, inFlight: boolean): void {
  if (inFlight === execution.inFlight.has(job.plan.id)) return;
  setMember(execution.inFlight, job.plan.id, inFlight);
  if (inFlight) execution.limiter.start(job.plan);
  else execution.limiter.end(job.plan);
}

function countFailure(execution: Execution, { plan }: JobState, status: JobStatus): void {
  const { failing, failed, openChecks } = execution;
  const { id, wave } = plan;
  if (status === 'failed' || status === 'unknown') {
    failing.add(id);
    failed.add(id);
  }
  if (isSettled(status) || status === 'taken-over') failing.delete(id);
  // What is skipped after a failure was not made good.
  if (status === 'succeeded' || status === 'completed') {
    failed.delete(id);
    openChecks.get(wave)?.delete(id);
  }
}

function settle(execution: Execution, job: JobState): void {
  const { id, wave } = job.plan;
  count(execution.unsettled, wave, -1);
  countTaking(execution, job);
  if (execution.openWaits.get(id) === 0) pass(execution, id);
}

/**
 * Lets what follows a job go on. One that was skipped or completed before its turn still stands in its place: it
 * passes when everything before it has, so that skipping a patch does not reboot a server under running components.
 */
function pass(execution: Execution, id: string): void {
  const passed = [id];
  for (let next = passed.pop(); next !== undefined; next = passed.pop()) {
    for (const dependent of execution.index.dependents.get(next) ?? []) {
      const left = (execution.openWaits.get(dependent) ?? 0) - 1;
      execution.openWaits.set(dependent, left);
      const job = execution.jobs.get(dependent);
      if (left > 0 || job === undefined) continue;
      if (job.status === 'waiting') {
        execution.ready.add(dependent);
        count(execution.atWork, job.plan.wave, 1);
      }
      if (isSettled(job.status)) passed.push(dependent);
    }
  }
}

/** A group that takes nothing away any more has no window to end in. */
function countTaking({ taking, unfinished }: Execution, { plan }: JobState): void {
  if (givesBack(plan)) return;
  const left = (taking.get(plan.group) ?? 0) - 1;
  if (left > 0) taking.set(plan.group, left);
  else taking.delete(plan.group);
  if (left <= 0) unfinished[plan.window]?.delete(plan.group);
}

function setMember(set: Set<string>, id: string, belongs: boolean): void {
  if (belongs) set.add(id);
  else set.delete(id);
}

function count(counts: Map<string, number>, wave: string, by: number): void {
  if (by !== 0) counts.set(wave, (counts.get(wave) ?? 0) + by);
}
