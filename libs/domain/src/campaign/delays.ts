import { inWords } from '../forecast/in-words';
import { toMs } from '../instant';
import { type Execution, isInFlight, isSettled, type JobState } from './state';

/** A job that made the campaign later than it was planned to be. */
export interface Delay {
  readonly job: JobState;
  readonly ms: number;
  /** In words, such as `+18 min`. */
  readonly what: string;
  /** It is on the path that decides the end. */
  readonly isCritical: boolean;
}

const WORTH_NAMING_MS = 60_000;

/** The greatest delay on the path that decides the end, with what came before it; else of all that is not done; or null. */
export function largestDelay(execution: Execution, path: readonly string[], atMs: number): Delay | null {
  const critical = [...pastOf(execution, path[0]), ...path].flatMap((id) => execution.jobs.get(id) ?? []);
  const others = [...execution.inFlight, ...execution.failing].sort();
  const open = others.flatMap((id) => execution.jobs.get(id) ?? []);
  return greatest(critical, atMs, true) ?? greatest(open, atMs, false);
}

function greatest(jobs: readonly JobState[], atMs: number, isCritical: boolean): Delay | null {
  const delays = jobs.map((job) => ({ job, ...delayOf(job, atMs), isCritical }));
  const worth = delays.filter(({ ms }) => ms >= WORTH_NAMING_MS);
  return worth.reduce<Delay | null>((most, delay) => (most && most.ms >= delay.ms ? most : delay), null);
}

/** From the first job of the path back, always to what ended last before it. */
function pastOf({ jobs }: Execution, first: string | undefined): string[] {
  const past: string[] = [];
  let job = first === undefined ? undefined : jobs.get(first);
  while (job) {
    const before: JobState[] = job.plan.dependsOn.flatMap((id) => jobs.get(id) ?? []).filter(isDone);
    job = before.reduce<JobState | undefined>(
      (last, each) => (last && last.since >= each.since ? last : each),
      undefined,
    );
    if (job) past.push(job.plan.id);
  }
  return past;
}

function isDone({ status }: JobState): boolean {
  return isSettled(status);
}

function delayOf(
  { plan, status, since, dispatchedMs, outcome }: JobState,
  atMs: number,
): { ms: number; what: string } {
  if (dispatchedMs === 0 || status === 'skipped') return { ms: 0, what: '' };
  const isOver = isSettled(status);
  const tookMs = (isOver ? toMs(since) : atMs) - dispatchedMs;
  if (isOver || isInFlight(status)) {
    const ms = tookMs - plan.estimateMs;
    return { ms, what: `+${inWords(Math.max(0, ms))}` };
  }
  // It needs its whole time again, from when somebody or a rule has answered.
  const word = status === 'taken-over' ? 'was taken over' : (outcome ?? 'failed');
  return { ms: tookMs, what: `${word} ${inWords(atMs - toMs(since))} ago` };
}
