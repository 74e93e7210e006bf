import { type Claim, claimOf } from '../monitoring/marker';
import type { Prior, Running } from './batch-scheduler';

interface Job {
  scheduled: boolean;
  running: Running;
  hold?: { marker: string; endsAtMs: number };
}

export interface JobView {
  exists: boolean;
  scheduled: boolean;
  running: Running;
  by?: Claim;
}

/** Batch jobs in memory that can be held: the behaviour that fakes and simulated hosts share. */
export class HeldJobs {
  private readonly jobs = new Map<string, Job>();

  constructor(private readonly now: () => Date) {}

  add(
    ref: string,
    { scheduled = true, running = 'no' }: { scheduled?: boolean; running?: Running } = {},
  ): void {
    this.jobs.set(ref, { scheduled, running });
  }

  remove(ref: string): void {
    this.jobs.delete(ref);
  }

  setRunning(ref: string, running: Running): void {
    const job = this.jobs.get(ref);
    if (job) job.running = running;
  }

  /** Drops the holds of the jobs that `forgets` names and schedules them again, as a boot does with timers. */
  reboot(forgets: (ref: string) => boolean): void {
    for (const [ref, job] of this.jobs) {
      if (!forgets(ref)) continue;
      job.scheduled = true;
      delete job.hold;
    }
  }

  view(ref: string): JobView {
    const job = this.lookUp(ref);
    if (!job) return { exists: false, scheduled: false, running: 'unknown' };
    const by = job.hold ? claimOf(job.hold.marker) : undefined;
    return { exists: true, scheduled: job.scheduled, running: job.running, ...(by ? { by } : {}) };
  }

  /** Takes or prolongs; undefined, and nothing done, when there is no job or another marker holds it. */
  hold(ref: string, marker: string, endsAtMs: number): Prior | undefined {
    const job = this.lookUp(ref);
    if (!job || (job.hold && job.hold.marker !== marker)) return undefined;
    if (!job.hold && !job.scheduled) return 'idle';
    job.scheduled = false;
    job.hold = { marker, endsAtMs };
    return 'scheduled';
  }

  release(ref: string, marker: string, prior?: Prior): void {
    const job = this.lookUp(ref);
    if (!job || (job.hold && job.hold.marker !== marker)) return;
    job.scheduled ||= job.hold !== undefined || prior === 'scheduled';
    delete job.hold;
  }

  private lookUp(ref: string): Job | undefined {
    const job = this.jobs.get(ref);
    if (job?.hold && job.hold.endsAtMs <= this.now().getTime()) {
      job.scheduled = true;
      delete job.hold;
    }
    return job;
  }
}
