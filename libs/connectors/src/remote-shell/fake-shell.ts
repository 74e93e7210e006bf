import { Deadline, unlessAborted } from './deadline';
import { quote } from './quote';
import {
  type CommandResult,
  ConnectionLost,
  type RemoteHost,
  type RemoteShell,
  type RunOptions,
  TimedOut,
  Unreachable,
  type UnreachableReason,
} from './remote-shell';
import { Tail } from './tail';

/** One command as the fake host sees it. */
export interface FakeCall {
  host: RemoteHost;
  argv: readonly string[];
  stdin: string;
  /** Sends a piece of stdout at once, as a program does that runs on. */
  write(chunk: string): void;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** What a fake host does with a command; what is left out of the answer is 0 and empty. */
export type FakeProgram = (call: FakeCall) => Partial<CommandResult> | Promise<Partial<CommandResult>>;

/** `RemoteShell` without hosts: answers come from a program, and hosts can be unreachable or cut off. */
export class FakeShell implements RemoteShell {
  /** Every command that reached a host, in order. */
  readonly calls: { host: RemoteHost; argv: readonly string[]; stdin: string }[] = [];
  private readonly down = new Map<string, UnreachableReason>();
  private readonly running = new Map<AbortController, RemoteHost>();
  private isClosed = false;

  constructor(private readonly program: FakeProgram = () => ({})) {}

  /** From now on the host is unreachable, until `restore`. */
  breakHost(address: string, reason: UnreachableReason = 'refused'): void {
    this.down.set(address, reason);
  }

  restore(address: string): void {
    this.down.delete(address);
  }

  /** Drops the connection to a host: commands in flight end with `ConnectionLost`. */
  cut(address: string): void {
    for (const [connection, host] of this.running) {
      if (host.address === address) connection.abort(new ConnectionLost(host, 'cut'));
    }
  }

  async run(host: RemoteHost, argv: readonly string[], options: RunOptions): Promise<CommandResult> {
    quote(argv);
    options.signal.throwIfAborted();
    const reason = this.isClosed ? 'closed' : this.down.get(host.address);
    if (reason !== undefined) throw new Unreachable(host, reason, 'the fake host is down');
    this.calls.push({ host, argv, stdin: options.stdin ?? '' });
    const deadline = new Deadline(options.signal, options.timeoutMs);
    const connection = new AbortController();
    this.running.set(connection, host);
    const giveUp = (): void =>
      connection.abort(deadline.isExpired ? new TimedOut(host, options.timeoutMs) : deadline.signal.reason);
    deadline.signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await this.answer(host, argv, options, connection.signal);
    } finally {
      deadline.clear();
      this.running.delete(connection);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const [connection, host] of this.running) connection.abort(new ConnectionLost(host, 'closed'));
  }

  private async answer(
    host: RemoteHost,
    argv: readonly string[],
    options: RunOptions,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const { stdin = '', onOutput, maxOutputBytes = 1024 * 1024 } = options;
    const stdout = new Tail(maxOutputBytes);
    const write = (chunk: string): void => {
      if (signal.aborted || chunk === '') return;
      stdout.push(Buffer.from(chunk));
      onOutput?.(Buffer.from(chunk));
    };
    const work = Promise.resolve(this.program({ host, argv, stdin, write, signal }));
    const reply = await unlessAborted(work, signal);
    write(reply.stdout ?? '');
    const stderr = new Tail(maxOutputBytes);
    stderr.push(Buffer.from(reply.stderr ?? ''));
    return { exitCode: reply.exitCode ?? 0, stdout: stdout.text(), stderr: stderr.text() };
  }
}
