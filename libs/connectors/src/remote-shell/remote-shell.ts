import { durationInWords } from './duration-words';

/** Where a command runs. Nothing here ever becomes an option of the transport. */
export interface RemoteHost {
  /** Host name or IP address. */
  address: string;
  port: number;
  /** As in the landscape, like `windows-2022`. Hosts of any other family, or of none, have a POSIX shell. */
  os?: string;
}

export interface RunOptions {
  /** Everything counts: waiting for a connection, connecting, running. */
  timeoutMs: number;
  signal: AbortSignal;
  stdin?: string;
  /** Called with each piece of stdout as it arrives, before `run` resolves. */
  onOutput?: (chunk: Buffer) => void;
  /** How much of stdout and of stderr is kept, counted from the end. Default 1 MiB each. */
  maxOutputBytes?: number;
  /** Asked instead of running the arguments, where it comes up. */
  resident?: Resident;
}

/** A program that stays on a host and answers requests as running an argument list for each would, for less. */
export interface Resident {
  /** Starts it. */
  argv: readonly string[];
  /** What is asked of it in this call. */
  request: readonly string[];
  /** Whether an answer says that it is not on the host. Then that is the answer, as it would be without it. */
  isMissing: (answer: CommandResult) => boolean;
}

export interface CommandResult {
  /** The program's exit code; 128 + n when signal n ended it. */
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs argument lists on hosts. A non-zero exit code is a result. What is not a result is thrown: `Unreachable` (the
 * command did not start), `ConnectionLost` (it may run on), `TimedOut` (it may run on), `Unquotable`, or the signal's
 * reason when the caller gave up.
 */
export interface RemoteShell {
  run(host: RemoteHost, argv: readonly string[], options: RunOptions): Promise<CommandResult>;
  /** Ends all connections; calls in flight end with `ConnectionLost`. */
  close(): Promise<void>;
}

export const UNREACHABLE_REASONS = [
  'refused',
  'no-answer',
  'dropped',
  'unknown-name',
  'bad-address',
  'authentication',
  'host-key-unknown',
  'host-key-changed',
  'protocol',
  'busy',
  'closed',
] as const;
export type UnreachableReason = (typeof UNREACHABLE_REASONS)[number];

const RETRYABLE: ReadonlySet<UnreachableReason> = new Set([
  'refused',
  'no-answer',
  'dropped',
  'unknown-name',
  'busy',
]);

/** The host was not reached and the command was not started. */
export class Unreachable extends Error {
  /** Whether trying again later can help without a person changing something first. */
  readonly retryable: boolean;

  constructor(
    readonly host: RemoteHost,
    readonly reason: UnreachableReason,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${host.address}:${host.port} is unreachable (${reason}): ${detail}`, options);
    this.name = 'Unreachable';
    this.retryable = RETRYABLE.has(reason);
  }
}

/** The connection ended while a command ran. The command may run on: this is neither success nor failure. */
export class ConnectionLost extends Error {
  constructor(
    readonly host: RemoteHost,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${host.address}:${host.port}: connection lost while a command ran: ${detail}`, options);
    this.name = 'ConnectionLost';
  }
}

/** The time was up while a command ran. The command may run on. */
export class TimedOut extends Error {
  constructor(
    readonly host: RemoteHost,
    readonly timeoutMs: number,
  ) {
    super(`${host.address}:${host.port}: no end of the command within ${durationInWords(timeoutMs)}`);
    this.name = 'TimedOut';
  }
}
