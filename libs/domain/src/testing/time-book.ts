import type { Plan, PlanJob, Window } from '@patchtide/contracts';
import { toMs } from '../instant';
import { broken } from './host-truth';
import type { FrozenTime } from './random-calendar';

/** What the change and the policy say of a night, before anybody has made a plan of it. */
export interface NightTimes {
  readonly windows: readonly Window[];
  readonly frozen: readonly FrozenTime[];
}

/** Windows and freezes in the referee's own books. */
export class TimeBook {
  constructor(
    private readonly plan: Plan,
    private readonly times: NightTimes,
  ) {}

  /** Something that does not give back begins, by an executor or in a person's hands. */
  checkStart(job: PlanJob, now: number): void {
    const own = this.plan.windows[job.window];
    if (!own || !isIn(own, now)) broken(4, `${job.id} begins outside its window`);
    if (!this.times.windows.some((window) => isIn(window, now)))
      broken(4, `${job.id} begins outside the windows of the change`);
    for (const { startMs, endMs, servers } of this.times.frozen) {
      if (startMs <= now && now < endMs && servers?.has(job.server) !== false)
        broken(4, `${job.id} begins in a freeze`);
    }
  }

  /** When the job's window ends. */
  endMs(job: PlanJob): number {
    return toMs(this.plan.windows[job.window]?.end ?? this.plan.window.end);
  }
}

function isIn({ start, end }: Window, now: number): boolean {
  return toMs(start) <= now && now < toMs(end);
}
