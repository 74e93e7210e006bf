import type { PlanLimits, PlanServer } from '@patchtide/contracts';
import { Limiter } from './limiter';
import { byUrgency, type PlanIndex, type Schedulable } from './plan-index';

export interface Slot {
  readonly startMs: number;
  readonly endMs: number;
}

export interface ScheduleInput {
  readonly index: PlanIndex<Schedulable>;
  readonly limits: PlanLimits;
  readonly servers: Readonly<Record<string, PlanServer>>;
  readonly waves: readonly { readonly name: string; readonly soakMs: number }[];
  readonly startMs: number;
}

/**
 * When each job would run: list scheduling, longest remaining path first, within all limits and wave by wave. The same
 * rule dispatches the real campaign, so this is its rehearsal with expected durations.
 */
export function schedule(input: ScheduleInput): Map<string, Slot> {
  const rehearsal = new Rehearsal(input);
  let waveStart = input.startMs;
  for (const wave of input.waves) {
    const end = rehearsal.run(wave.name, waveStart);
    waveStart = end > waveStart ? end + wave.soakMs : end;
  }
  return rehearsal.slots;
}

class Rehearsal {
  readonly slots = new Map<string, Slot>();
  private readonly limiter: Limiter;
  private readonly open: Map<string, number>;
  private readonly compare: (a: string, b: string) => number;

  constructor(private readonly input: ScheduleInput) {
    this.limiter = new Limiter(input.limits, input.servers);
    this.open = new Map([...input.index.jobs.values()].map((job) => [job.id, job.dependsOn.length]));
    this.compare = byUrgency(input.index);
  }

  /** Plays one wave from the given moment and returns its end. */
  run(wave: string, startMs: number): number {
    let now = startMs;
    let ready = [...this.input.index.jobs.values()]
      .filter((job) => job.wave === wave && this.open.get(job.id) === 0)
      .map((job) => job.id);
    const running: { id: string; endMs: number }[] = [];
    for (;;) {
      ready = this.startAll(ready.sort(this.compare), now, running);
      if (running.length === 0) return now;
      now = Math.min(...running.map((r) => r.endMs));
      for (const done of running.filter((r) => r.endMs === now)) {
        running.splice(running.indexOf(done), 1);
        ready.push(...this.finish(done.id));
      }
    }
  }

  /** Starts what may start now and returns what must wait. */
  private startAll(
    ready: readonly string[],
    now: number,
    running: { id: string; endMs: number }[],
  ): string[] {
    return ready.filter((id) => {
      const job = this.input.index.jobs.get(id);
      if (!job || this.limiter.isFull() || this.limiter.refusal(job) !== null) return true;
      this.limiter.start(job);
      const endMs = now + job.estimateMs;
      this.slots.set(id, { startMs: now, endMs });
      running.push({ id, endMs });
      return false;
    });
  }

  private finish(id: string): string[] {
    const job = this.input.index.jobs.get(id);
    if (job) this.limiter.end(job);
    if (job?.action === 'START') this.limiter.up(job);
    return (this.input.index.dependents.get(id) ?? []).filter((next) => {
      const left = (this.open.get(next) ?? 0) - 1;
      this.open.set(next, left);
      return left === 0;
    });
  }
}
