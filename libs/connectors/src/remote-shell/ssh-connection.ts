import { constants } from 'node:os';
import type { Client, ClientChannel } from 'ssh2';
import { type Deadline, pause } from './deadline';
import {
  type CommandResult,
  ConnectionLost,
  type RemoteHost,
  type RunOptions,
  TimedOut,
  Unreachable,
} from './remote-shell';
import { Slots } from './slots';
import { Tail } from './tail';

/** sshd refuses the eleventh channel (MaxSessions 10); two stay free for channels that are just closing. */
const CHANNELS = 8;
const CHANNEL_RETRIES = 8;
const DEFAULT_OUTPUT_BYTES = 1024 * 1024;

type Ending = (result: CommandResult | Error) => void;

/** One logged-in connection: runs lines on up to eight channels at once and ends itself after an idle time. */
export class SshConnection {
  private readonly slots = new Slots(CHANNELS);
  private active = 0;
  private idle: NodeJS.Timeout | undefined;
  private cause: Error | undefined;
  isClosed = false;

  constructor(
    private readonly host: RemoteHost,
    private readonly client: Client,
    private readonly idleMs: number,
    private readonly onClose: () => void,
  ) {
    client.on('error', (error) => (this.cause = error));
    client.on('close', () => this.retire());
    this.restIfIdle();
  }

  /** Runs one quoted line. The errors are those of `RemoteShell.run`. */
  async exec(line: string, options: RunOptions, deadline: Deadline): Promise<CommandResult> {
    clearTimeout(this.idle);
    this.active += 1;
    try {
      const release = await this.slots.acquire(deadline.signal);
      return await this.onFreeChannel(line, options, deadline).finally(release);
    } finally {
      this.active -= 1;
      this.restIfIdle();
    }
  }

  /** Ends the connection now; calls in flight end with `ConnectionLost`. */
  close(): void {
    this.retire();
    this.client.end();
    this.client.destroy();
  }

  private restIfIdle(): void {
    if (this.active > 0 || this.isClosed) return;
    this.idle = setTimeout(() => {
      this.retire();
      this.client.end();
    }, this.idleMs);
    this.idle.unref();
  }

  /** No command may begin here any more. */
  private retire(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.idle);
    this.onClose();
  }

  /** sshd counts a closed channel until it has cleaned up, so right after a burst it may refuse; nothing ran then. */
  private async onFreeChannel(line: string, options: RunOptions, deadline: Deadline): Promise<CommandResult> {
    for (let refusals = 1; ; refusals += 1) {
      try {
        return await this.onChannel(line, options, deadline);
      } catch (error) {
        const wasRefused = error instanceof Unreachable && error.reason === 'busy';
        if (!wasRefused || refusals > CHANNEL_RETRIES) throw error;
        await pause(refusals * 10, deadline.signal);
      }
    }
  }

  private onChannel(line: string, options: RunOptions, deadline: Deadline): Promise<CommandResult> {
    if (this.isClosed) throw new Unreachable(this.host, 'dropped', 'the connection has just ended');
    return new Promise((resolve, reject) => {
      let channel: ClientChannel | undefined;
      const settle: Ending = (result) => {
        deadline.signal.removeEventListener('abort', giveUp);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const giveUp = (): void => {
        channel?.close();
        settle(
          deadline.isExpired
            ? new TimedOut(this.host, deadline.timeoutMs)
            : (deadline.signal.reason as Error),
        );
      };
      deadline.signal.addEventListener('abort', giveUp, { once: true });
      const opened = (error: Error | undefined, fresh: ClientChannel): void => {
        if (error !== undefined) return settle(this.notOpened(error));
        channel = fresh;
        if (deadline.signal.aborted) return fresh.close();
        this.follow(fresh, options, settle);
      };
      try {
        this.client.exec(line, opened);
      } catch (error) {
        // ssh2 throws when the socket is gone already; then nothing was sent.
        settle(new Unreachable(this.host, 'dropped', 'the connection has just ended', { cause: error }));
      }
    });
  }

  private follow(channel: ClientChannel, options: RunOptions, settle: Ending): void {
    const { maxOutputBytes = DEFAULT_OUTPUT_BYTES, onOutput, stdin } = options;
    const stdout = new Tail(maxOutputBytes);
    const stderr = new Tail(maxOutputBytes);
    let exitCode: number | undefined;
    let open = 2;
    const ended = (): void => {
      open -= 1;
      if (open > 0) return;
      if (exitCode === undefined) settle(this.lost());
      else settle({ exitCode, stdout: stdout.text(), stderr: stderr.text() });
    };
    channel.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      onOutput?.(chunk);
    });
    channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    channel.on('exit', (code: number | null, signal?: string) => (exitCode = code ?? signalCode(signal)));
    channel.on('close', ended);
    channel.stderr.on('close', ended);
    // The program may end without reading its input; that is no error of the call.
    channel.on('error', (error: Error) => (this.cause = error));
    channel.end(stdin ?? '');
  }

  /** A refused channel never ran anything; any other failure may have come after the line was sent. */
  private notOpened(error: Error): Error {
    if ('reason' in error && !this.isClosed) {
      return new Unreachable(this.host, 'busy', `no channel for the command: ${error.message}`, {
        cause: error,
      });
    }
    return this.lost(error);
  }

  private lost(error: Error | undefined = this.cause): ConnectionLost {
    const detail = error?.message ?? 'the host closed the connection';
    return new ConnectionLost(this.host, detail, error && { cause: error });
  }
}

function signalCode(name: string | undefined): number {
  const numbers: Partial<Record<string, number>> = constants.signals;
  return 128 + (numbers[name ?? ''] ?? 0);
}
