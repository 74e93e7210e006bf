import { pause } from './deadline';
import { durationInWords } from './duration-words';
import { type HostFacts, parseFacts } from './host-facts';
import type { HostRunner } from './host-runner';
import { type CommandResult, ConnectionLost, TimedOut, Unreachable } from './remote-shell';
import { parseStatus, type RunnerStatus } from './runner-protocol';
import type { AttemptEnd, AttemptOrder, FollowOptions } from './attempt';

/** How patiently a host is asked again. */
export interface Pace {
  firstPauseMs: number;
  /** Also the longest time a rebooted host is up before it is noticed. */
  longestPauseMs: number;
  /** How often a host that was never reached is tried; one that was reached is tried until the time is up. */
  firstContactTries: number;
  /** How many answers without a status, one after the other, are taken for a runner that cannot work there. */
  silentAnswers: number;
  now: () => number;
}

const PACE: Pace = {
  firstPauseMs: 200,
  longestPauseMs: 2000,
  firstContactTries: 5,
  silentAnswers: 5,
  now: Date.now,
};

type Ask = (
  argv: readonly string[],
  timeoutMs: number,
  onOutput: (chunk: Buffer) => void,
) => Promise<CommandResult>;

/** One attempt on its way: what was seen of it so far, and whether to ask again. */
export class FollowedAttempt {
  private readonly pace: Pace;
  private readonly endsAt: number;
  private readonly expectsReboot: boolean;
  private outputOffset = 0;
  private failures = 0;
  private silent = 0;
  /** The attempt may have been started. From here on "unreachable" would be a guess. */
  private isContacted = false;
  private trouble: Error | undefined;
  private lastSeen: RunnerStatus | undefined;

  constructor(
    private readonly runner: Pick<HostRunner, 'encodeRun'>,
    private readonly order: AttemptOrder,
    private readonly options: FollowOptions,
    private readonly ask: Ask,
    pace: Partial<Pace>,
  ) {
    this.pace = { ...PACE, ...pace };
    this.endsAt = this.pace.now() + order.timeoutMs;
    this.expectsReboot = order.steps.some(({ argv }) => argv[0] === '@reboot');
  }

  async toItsEnd(): Promise<AttemptEnd> {
    for (;;) {
      const leftMs = this.endsAt - this.pace.now();
      if (leftMs <= 0) return this.timeIsUp();
      const end = await this.lookOnce(leftMs).catch((error: unknown) => this.notSeen(error));
      if (end !== undefined) return end;
      const pauseMs = Math.min(this.pace.longestPauseMs, this.pace.firstPauseMs * 2 ** this.failures);
      this.failures += 1;
      await pause(Math.min(pauseMs, leftMs), this.options.signal);
    }
  }

  /** Starts or attaches, follows as long as the connection lasts. Undefined: ask again. */
  private async lookOnce(leftMs: number): Promise<AttemptEnd | undefined> {
    const { outputOffset } = this;
    const answer = await this.ask(this.runner.encodeRun({ ...this.order, outputOffset }), leftMs, (chunk) => {
      this.outputOffset += chunk.length;
      this.failures = 0;
      this.options.onOutput?.(chunk);
    });
    this.isContacted = true;
    const status = parseStatus(answer.stderr);
    if (status === undefined) return this.noStatus(answer);
    this.silent = 0;
    this.lastSeen = status;
    return this.endIn(status, parseFacts(answer.stderr));
  }

  private endIn(status: RunnerStatus, facts: HostFacts): AttemptEnd | undefined {
    const { state, code, bootId, startedBootId, reason } = status;
    if (state === 'exited' && code !== undefined) return { kind: 'exited', code, bootId, facts };
    if (state === 'refused') return { kind: 'refused', reason: reason ?? 'unspecified' };
    if (state === 'rebooted')
      return { kind: 'rebooted', bootBefore: startedBootId ?? '', bootNow: bootId, facts };
    // On its way down a host still answers with the old boot id, and the step that asked for it is killed by then.
    if (state === 'interrupted' && !this.expectsReboot) return { kind: 'interrupted', bootId };
    this.trouble = new Error(`the journal says ${state}`);
    return undefined;
  }

  /** A host on its way down also kills the runner's answer, so one such answer says nothing yet. */
  private noStatus({ exitCode, stderr }: CommandResult): AttemptEnd | undefined {
    this.silent += 1;
    const said = stderr.trim().slice(-300);
    this.trouble = new Error(`the runner gave no status (exit code ${exitCode})${said && `: ${said}`}`);
    return this.silent < this.pace.silentAnswers ? undefined : { kind: 'lost', reason: this.trouble.message };
  }

  private notSeen(error: unknown): AttemptEnd | undefined {
    if (error instanceof ConnectionLost || error instanceof TimedOut) this.isContacted = true;
    else if (!(error instanceof Unreachable)) throw error;
    else if (this.isFinal(error)) {
      if (!this.isContacted) throw error;
      return { kind: 'lost', reason: error.message };
    }
    this.trouble = error;
    return undefined;
  }

  private isFinal({ retryable, reason }: Unreachable): boolean {
    if (!this.isContacted) return !retryable || this.failures + 1 >= this.pace.firstContactTries;
    // While a host comes up it may refuse logins that it accepts a moment later.
    return !retryable && !(this.expectsReboot && reason === 'authentication');
  }

  private timeIsUp(): AttemptEnd {
    if (!this.isContacted && this.trouble !== undefined) throw this.trouble;
    if (this.lastSeen?.state === 'interrupted') return { kind: 'interrupted', bootId: this.lastSeen.bootId };
    // That the time of the last look was up says nothing more.
    const isSilent = this.trouble === undefined || this.trouble instanceof TimedOut;
    const seen = isSilent ? '' : ` (${this.trouble?.message})`;
    const within = `within ${durationInWords(this.order.timeoutMs)}${seen}`;
    // What a reboot was to end does not run on.
    const reason = this.expectsReboot
      ? `no new boot was seen ${within}`
      : `no end was seen ${within}; it may run on`;
    return { kind: 'lost', reason };
  }
}
