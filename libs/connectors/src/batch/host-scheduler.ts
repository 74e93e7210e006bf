import { CallFailed, type CallOptions } from '../monitoring/call';
import { type Claim, markerOf } from '../monitoring/marker';
import type {
  BatchHost,
  BatchJobRef,
  BatchScheduler,
  BatchState,
  Hold,
  HoldLease,
  Prior,
  Release,
} from './batch-scheduler';
import {
  type HoldStatus,
  type HoldVerb,
  type HostSystem,
  encodeHold,
  parseHoldStatus,
} from './hold-protocol';
import { hostRef } from './host-ref';

/** The part of a remote shell that holds need. A non-zero exit code is a result, everything else is thrown. */
export interface HostShell {
  run(
    host: BatchHost,
    argv: readonly string[],
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
}

export interface HostSchedulerOptions {
  system: HostSystem;
  shell: HostShell;
  /** Run through `sudo -n`, where the login user is not root. */
  useSudo?: boolean;
  /** Cron files outside it are refused. Default `/etc/cron.d`. */
  cronDirectory?: string;
  now?: () => Date;
}

const STDERR_TAIL = 300;
const NEVER = new AbortController().signal;

/** Holds cron files and systemd timers on their hosts; the scripts' own comments say how each hold ends by itself. */
export class HostBatchScheduler implements BatchScheduler {
  constructor(private readonly options: HostSchedulerOptions) {}

  async hold(lease: HoldLease, call: CallOptions): Promise<Hold> {
    const now = (this.options.now ?? (() => new Date()))();
    const ttlSeconds = Math.ceil((Date.parse(lease.endsAt) - now.getTime()) / 1000);
    if (!(ttlSeconds > 0)) throw failed('refused', 'The hold would end in the past', false);
    const status = await this.ask('hold', lease, { ttlSeconds, call });
    this.mustExist(status, lease);
    if (status.by && !isSame(status.by, lease)) {
      throw failed(
        'refused',
        `The job is held by ${markerOf(status.by)} until that campaign gives it back`,
        true,
      );
    }
    if (status.prior === undefined || status.scheduled) {
      throw failed('unexpected-answer', 'The host took the hold, but the job is still scheduled', true);
    }
    const { campaign, subject, endsAt } = lease;
    return { campaign, subject, endsAt, prior: status.prior, running: status.running };
  }

  async release(job: BatchJobRef & { prior?: Prior }, call: CallOptions): Promise<Release> {
    const { prior } = job;
    const status = await this.ask('release', job, { ttlSeconds: 0, call, ...(prior ? { prior } : {}) });
    const isForeign = status.by !== undefined && !isSame(status.by, job);
    if (isForeign && status.by) return { note: `now held by ${markerOf(status.by)}` };
    if (prior === 'scheduled') this.mustExist(status, job);
    if (status.by || (prior === 'scheduled' && !status.scheduled)) {
      throw failed('unexpected-answer', 'The host released the job, but it is not scheduled again', true);
    }
    return status.note === undefined ? {} : { note: status.note };
  }

  async inspect(job: BatchJobRef, call: CallOptions): Promise<BatchState> {
    const status = await this.ask('inspect', job, { ttlSeconds: 0, call });
    this.mustExist(status, job);
    const { scheduled, running, by } = status;
    return { isScheduled: scheduled, running, ...(by ? { heldBy: by } : {}) };
  }

  private async ask(
    verb: HoldVerb,
    job: BatchJobRef,
    { ttlSeconds, prior, call }: { ttlSeconds: number; prior?: Prior; call: CallOptions },
  ): Promise<HoldStatus> {
    const { system, shell, useSudo, cronDirectory = '/etc/cron.d' } = this.options;
    if (!job.host) throw failed('bad-reference', `A ${system} job needs the host that it runs on`, false);
    const marker = markerOf(job);
    const ref = hostRef(system, job.ref, cronDirectory);
    const argv = encodeHold({ system, verb, ref, marker, ttlSeconds, ...(prior ? { prior } : {}) });
    const options = { timeoutMs: call.timeoutMs, signal: call.signal ?? NEVER };
    const result = await shell
      .run(job.host, useSudo ? ['sudo', '-n', '--', ...argv] : argv, options)
      .catch((error: unknown) => {
        throw shellFailure(error, call);
      });
    const status = result.exitCode === 0 ? parseHoldStatus(result.stdout) : undefined;
    if (status) return status;
    const said = result.stderr.trim().slice(-STDERR_TAIL);
    throw failed(
      'refused',
      `${verb} ${ref} ended with exit code ${result.exitCode}${said ? `: ${said}` : ''}`,
      true,
    );
  }

  private mustExist(status: HoldStatus, job: BatchJobRef): void {
    if (status.exists) return;
    const what = Object.values(job.ref).join();
    throw failed('bad-reference', `There is no ${what} on ${job.host?.address}; correct the CMDB`, false);
  }
}

function isSame(a: Claim, b: Claim): boolean {
  return a.campaign === b.campaign && a.subject === b.subject;
}

/** The shell's own errors differ in what they know; what matters here is that asking again is always safe. */
function shellFailure(error: unknown, call: CallOptions): CallFailed {
  const message = error instanceof Error ? error.message : String(error);
  if (call.signal?.aborted) return new CallFailed('aborted', message, { retryable: false, cause: error });
  const isHopeless = error instanceof Error && 'retryable' in error && error.retryable === false;
  return new CallFailed('unreachable', message, { retryable: !isHopeless, cause: error });
}

function failed(failure: CallFailed['failure'], message: string, retryable: boolean): CallFailed {
  return new CallFailed(failure, message, { retryable });
}
