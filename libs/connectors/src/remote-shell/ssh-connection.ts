import { constants } from 'node:os';
import type { Client, ClientChannel } from 'ssh2';
import { type Deadline, pause } from './deadline';
import {
  type CommandResult,
  ConnectionLost,
  type RemoteHost,
  type Resident,
  type RunOptions,
  TimedOut,
  Unreachable,
} from './remote-shell';
import { encodeRequest } from './serve-protocol';
import { Slots } from './slots';
import { SshResident } from './ssh-resident';
import { Tail } from './tail';

/** sshd refuses the eleventh channel (MaxSessions 10); two stay free for channels that are just closing. */
const CHANNELS = 8;
const CHANNEL_RETRIES = 8;
const DEFAULT_OUTPUT_BYTES = 1024 * 1024;

/** What is to be run: a quoted line; or, where it comes up, a resident that another line starts is asked instead. */
export interface Call {
  readonly line: string;
  readonly resident?: Resident & { readonly line: string };
}

type Ending<T> = (result: T | Error) => void;

/** Something under way on a channel. */
interface Closable {
  close(): void;
}

type ChannelUse<T> = (channel: ClientChannel, settle: Ending<T>) => Closable;

/** One logged-in connection: carries out calls on up to eight channels at once and ends itself after an idle time. */
export class SshConnection {
  private readonly slots = new Slots(CHANNELS);
  private active = 0;
  private channels = 0;
  /** Residents that nobody asks anything just now. */
  private residents: SshResident[] = [];
  private takesResidents = true;
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

  /** The errors are those of `RemoteShell.run`. */
  async exec(call: Call, options: RunOptions, deadline: Deadline): Promise<CommandResult> {
    clearTimeout(this.idle);
    this.active += 1;
    try {
      const release = await this.slots.acquire(deadline.signal);
      this.channels += 1;
      return await this.answer(call, options, deadline).finally(() => {
        this.channels -= 1;
        release();
      });
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

  private async answer(
    { line, resident }: Call,
    options: RunOptions,
    deadline: Deadline,
  ): Promise<CommandResult> {
    if (resident !== undefined && this.takesResidents) {
      const answer = await this.askResident(resident, options, deadline);
      if (answer !== undefined) return answer;
    }
    return this.onFreeChannel(line, deadline, (channel, settle) => this.follow(channel, options, settle));
  }

  /** Undefined: it does not come up on this host, and nothing was done. */
  private async askResident(
    { line, request, isMissing }: NonNullable<Call['resident']>,
    options: RunOptions,
    deadline: Deadline,
  ): Promise<CommandResult | undefined> {
    const text = encodeRequest(request);
    const idle = this.idleResident(line);
    let resident = idle;
    const ask = (asked: SshResident, settle: Ending<CommandResult>): Closable => {
      resident = asked;
      asked.ask(text, options, (answer) => settle(answer ?? this.lost()));
      return asked;
    };
    const answer =
      idle === undefined
        ? await this.onFreeChannel<CommandResult>(line, deadline, (channel, settle) =>
            ask(new SshResident(line, channel), settle),
          )
        : await this.settled<CommandResult>(deadline, (settle) => ask(idle, settle));
    if (resident?.isClosed === false) this.residents.push(resident);
    if (resident?.hasComeUp === true || isMissing(answer)) return answer;
    this.takesResidents = false;
    return undefined;
  }

  private idleResident(line: string): SshResident | undefined {
    this.residents = this.residents.filter(({ isClosed }) => !isClosed);
    const at = this.residents.findIndex((resident) => resident.line === line);
    return at === -1 ? undefined : this.residents.splice(at, 1)[0];
  }

  /** sshd counts a closed channel until it has cleaned up, so right after a burst it may refuse; nothing ran then. */
  private async onFreeChannel<T>(line: string, deadline: Deadline, use: ChannelUse<T>): Promise<T> {
    while (this.channels + this.residents.length > CHANNELS) this.residents.shift()?.close();
    for (let refusals = 1; ; refusals += 1) {
      try {
        return await this.onChannel(line, deadline, use);
      } catch (error) {
        const wasRefused = error instanceof Unreachable && error.reason === 'busy';
        if (!wasRefused || refusals > CHANNEL_RETRIES) throw error;
        await pause(refusals * 10, deadline.signal);
      }
    }
  }

  private onChannel<T>(line: string, deadline: Deadline, use: ChannelUse<T>): Promise<T> {
    if (this.isClosed) throw new Unreachable(this.host, 'dropped', 'the connection has just ended');
    return this.settled(deadline, (settle) => {
      let used: Closable | undefined;
      const opened = (error: Error | undefined, fresh: ClientChannel): void => {
        if (error !== undefined) settle(this.notOpened(error));
        else if (deadline.signal.aborted) fresh.close();
        else used = use(fresh, settle);
      };
      try {
        this.client.exec(line, opened);
      } catch (error) {
        // ssh2 throws when the socket is gone already; then nothing was sent.
        settle(new Unreachable(this.host, 'dropped', 'the connection has just ended', { cause: error }));
      }
      return { close: () => used?.close() };
    });
  }

  /** Begins something and waits until it settles; closes it when the time is up or the caller gives up. */
  private settled<T>(deadline: Deadline, begin: (settle: Ending<T>) => Closable): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle: Ending<T> = (result) => {
        deadline.signal.removeEventListener('abort', giveUp);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const giveUp = (): void => {
        begun.close();
        settle(
          deadline.isExpired
            ? new TimedOut(this.host, deadline.timeoutMs)
            : (deadline.signal.reason as Error),
        );
      };
      deadline.signal.addEventListener('abort', giveUp, { once: true });
      const begun = begin(settle);
    });
  }

  private follow(channel: ClientChannel, options: RunOptions, settle: Ending<CommandResult>): Closable {
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
    return channel;
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
