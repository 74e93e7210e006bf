import { isWindows } from '../windows/windows-host';
import { WINDOWS_RUNNER } from '../windows/windows-runner';
import type { AttemptEnd, AttemptOrder, FollowOptions } from './attempt';
import { FollowedAttempt, type Pace } from './followed-attempt';
import { type HostRunner, posixRunner } from './host-runner';
import { ConnectionLost, type CommandResult, type RemoteHost, type RemoteShell } from './remote-shell';
import { DEFAULT_ROOT, parseStatus, type RunnerStatus } from './runner-protocol';

export interface StepJournalOptions extends Partial<Pace> {
  /** Absolute directory on POSIX hosts for the runner and its journals. On Windows hosts their places are fixed. */
  root?: string;
}

/** Room for the facts of an attempt; its output is passed on and not kept. */
const STATUS_BYTES = 1024 * 1024;
const UPLOAD_TIMEOUT_MS = 30_000;

/** Executes attempts at most once on hosts and finds them again after anything but the loss of the host's disk. */
export class StepJournal {
  private readonly posix: HostRunner;

  constructor(
    private readonly shell: RemoteShell,
    private readonly options: StepJournalOptions = {},
  ) {
    const root = options.root ?? DEFAULT_ROOT;
    if (!/^(\/[\w.-]+)+$/.test(root)) throw new Error(`the journal root must be an absolute path: ${root}`);
    this.posix = posixRunner(root);
  }

  /**
   * Starts the attempt, or attaches to it when it was started before, and follows it to its end. Throws `Unreachable`
   * when no contact came about at all, `Unquotable`, or the signal's reason.
   */
  execute(host: RemoteHost, order: AttemptOrder, options: FollowOptions): Promise<AttemptEnd> {
    const ask = (argv: readonly string[], timeoutMs: number, onOutput: (chunk: Buffer) => void) =>
      this.ask(host, argv, { timeoutMs, signal: options.signal, onOutput });
    return new FollowedAttempt(this.runnerOf(host), order, options, ask, this.options).toItsEnd();
  }

  /** What the host knows about an attempt; changes nothing there. Throws what `RemoteShell.run` throws. */
  async inspect(
    host: RemoteHost,
    attemptId: string,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<RunnerStatus> {
    const answer = await this.ask(host, this.runnerOf(host).encodeInspect(attemptId), options);
    const status = parseStatus(answer.stderr);
    if (status === undefined)
      throw new ConnectionLost(host, `the runner gave no status: ${answer.stderr.trim()}`);
    return status;
  }

  private runnerOf(host: RemoteHost): HostRunner {
    return isWindows(host) ? WINDOWS_RUNNER : this.posix;
  }

  /** Asks the runner, and brings it to the host first when it is missing there. */
  private async ask(
    host: RemoteHost,
    argv: readonly string[],
    options: {
      timeoutMs: number;
      signal: AbortSignal;
      onOutput?: (chunk: Buffer) => void;
    },
  ): Promise<CommandResult> {
    const runner = this.runnerOf(host);
    const resident = runner.residentFor?.(argv);
    const bounded = { ...options, maxOutputBytes: STATUS_BYTES, ...(resident && { resident }) };
    const answer = await this.shell.run(host, argv, bounded);
    if (!runner.isMissing(answer)) return answer;
    const upload = await this.shell.run(host, runner.upload.argv, {
      timeoutMs: Math.min(options.timeoutMs, UPLOAD_TIMEOUT_MS),
      signal: options.signal,
      stdin: runner.upload.stdin,
    });
    if (upload.exitCode !== 0) return upload;
    // Something came all the same: only who counts it knows from where on to ask again, or it would come twice.
    if (answer.stdout !== '' && options.onOutput !== undefined) return answer;
    return this.shell.run(host, argv, bounded);
  }
}
