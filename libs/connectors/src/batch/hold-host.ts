import { HeldJobs } from './held-jobs';
import { type HoldRequest, formatHoldStatus, parseHoldArgv } from './hold-protocol';
import type { HostShell } from './host-scheduler';

interface HostAnswer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The batch jobs of one simulated host: answers hold requests as the real scripts do, dead-man included. */
export class HoldHost {
  private readonly jobs: HeldJobs;

  constructor(private readonly now: () => Date) {
    this.jobs = new HeldJobs(now);
  }

  /** Puts a timer or cron file on the host; `ref` is its unit name or path. */
  add(ref: string, { scheduled = true, isRunning = false } = {}): void {
    const running = ref.endsWith('.timer') ? (isRunning ? 'yes' : 'no') : 'unknown';
    this.jobs.add(ref, { scheduled, running });
  }

  isScheduled(ref: string): boolean {
    return this.jobs.view(ref).scheduled;
  }

  /** Timers come back at boot, and their dead-men are gone; moved cron files stay moved. */
  reboot(): void {
    this.jobs.reboot((ref) => ref.endsWith('.timer'));
  }

  /** Answers an argument list; undefined when it is no hold request. */
  answer(argv: readonly string[]): HostAnswer | undefined {
    const request = parseHoldArgv(argv);
    if (!request) return undefined;
    const prior = this.apply(request);
    const status = { ...this.jobs.view(request.ref), ...(prior ? { prior } : {}) };
    return { exitCode: 0, stdout: formatHoldStatus(status), stderr: '' };
  }

  private apply({ verb, ref, marker, ttlSeconds, prior }: HoldRequest): 'scheduled' | 'idle' | undefined {
    if (verb === 'release') this.jobs.release(ref, marker, prior);
    return verb === 'hold'
      ? this.jobs.hold(ref, marker, this.now().getTime() + ttlSeconds * 1000)
      : undefined;
  }
}

/** A remote shell in memory whose hosts know nothing but hold requests. */
export class FakeHoldShell implements HostShell {
  private readonly hosts = new Map<string, HoldHost>();
  private isDeaf = false;

  add(address: string, host: HoldHost): void {
    this.hosts.set(address, host);
  }

  /** The next command takes effect, but its caller sees only a lost connection. */
  loseNextAnswer(): void {
    this.isDeaf = true;
  }

  async run(
    { address }: { address: string },
    argv: readonly string[],
    { signal }: { signal: AbortSignal },
  ): Promise<HostAnswer> {
    await Promise.resolve();
    signal.throwIfAborted();
    const answer = this.hosts.get(address)?.answer(argv);
    if (!answer) throw new Error(`${address} is unreachable`);
    if (!this.isDeaf) return answer;
    this.isDeaf = false;
    throw new Error(`${address}: connection lost while a command ran`);
  }
}
