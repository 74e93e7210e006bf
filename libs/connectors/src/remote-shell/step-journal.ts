import type { AttemptEnd, AttemptOrder, FollowOptions } from './attempt';
import { FollowedAttempt, type Pace } from './followed-attempt';
import { ConnectionLost, type CommandResult, type RemoteHost, type RemoteShell } from './remote-shell';
import { DEFAULT_ROOT, encodeInspect, parseStatus, type RunnerStatus } from './runner-protocol';
import { encodeUpload, RUNNER_SCRIPT, runnerPath } from './runner-script';

export interface StepJournalOptions extends Partial<Pace> {
  /** Absolute directory on the hosts for the runner and its journals. */
  root?: string;
}

const STATUS_BYTES = 64 * 1024;
const UPLOAD_TIMEOUT_MS = 30_000;

/** sh gives 2 or 127 when it cannot open the script. */
const RUNNER_MISSING = new Set([2, 127]);

/** Executes attempts at most once on hosts and finds them again after anything but the loss of the host's disk. */
export class StepJournal {
  private readonly root: string;
  private readonly runner: string;

  constructor(
    private readonly shell: RemoteShell,
    private readonly options: StepJournalOptions = {},
  ) {
    this.root = options.root ?? DEFAULT_ROOT;
    if (!/^(\/[\w.-]+)+$/.test(this.root))
      throw new Error(`the journal root must be an absolute path: ${this.root}`);
    this.runner = runnerPath(this.root);
  }

  /**
   * Starts the attempt, or attaches to it when it was started before, and follows it to its end. Throws `Unreachable`
   * when no contact came about at all, `Unquotable`, or the signal's reason.
   */
  execute(host: RemoteHost, order: AttemptOrder, options: FollowOptions): Promise<AttemptEnd> {
    const ask = (argv: readonly string[], timeoutMs: number, onOutput: (chunk: Buffer) => void) =>
      this.ask(host, argv, { timeoutMs, signal: options.signal, onOutput });
    return new FollowedAttempt(this.runner, order, options, ask, this.options).toItsEnd();
  }

  /** What the host knows about an attempt; changes nothing there. Throws what `RemoteShell.run` throws. */
  async inspect(
    host: RemoteHost,
    attemptId: string,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<RunnerStatus> {
    const answer = await this.ask(host, encodeInspect(this.runner, attemptId), options);
    const status = parseStatus(answer.stderr);
    if (status === undefined)
      throw new ConnectionLost(host, `the runner gave no status: ${answer.stderr.trim()}`);
    return status;
  }

  /** Asks the runner, and brings it to the host first when it is missing there. */
  private async ask(
    host: RemoteHost,
    argv: readonly string[],
    options: { timeoutMs: number; signal: AbortSignal; onOutput?: (chunk: Buffer) => void },
  ): Promise<CommandResult> {
    const bounded = { ...options, maxOutputBytes: STATUS_BYTES };
    const answer = await this.shell.run(host, argv, bounded);
    if (!RUNNER_MISSING.has(answer.exitCode) || parseStatus(answer.stderr) !== undefined) return answer;
    const upload = await this.shell.run(host, encodeUpload(this.root), {
      timeoutMs: Math.min(options.timeoutMs, UPLOAD_TIMEOUT_MS),
      signal: options.signal,
      stdin: RUNNER_SCRIPT,
    });
    if (upload.exitCode !== 0) return upload;
    return this.shell.run(host, argv, bounded);
  }
}
