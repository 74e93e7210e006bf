import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type CommandResult,
  ConnectionLost,
  type RemoteHost,
  type RemoteShell,
  type RunOptions,
  Unreachable,
  type UnreachableReason,
} from '../../remote-shell/remote-shell';
import { plainLine } from '../windows-host';
import { WINDOWS_PROGRAM_DIGEST } from '../windows-program';
import { parseWindowsArgv, WINDOWS_RUNNER } from '../windows-runner';

/** What the host was asked and what it said. `lost` and `unreachable` are what the transport said instead. */
export interface Exchange {
  /** `upload`, or a request as the program reads it, with its command opened up. */
  request: unknown;
  stdout?: string;
  stderr?: string;
  exitCode?: number;
  lost?: string;
  unreachable?: UnreachableReason;
}

/** Reads the exchanges of a file in `exchanges/`. */
export function exchangesOf(name: string): Exchange[] {
  const text = readFileSync(join(__dirname, 'exchanges', `${name}.json`), 'utf8');
  return (JSON.parse(text) as { exchanges: Exchange[] }).exchanges;
}

/** A Windows host that knows one conversation: it gives the answers in order and fails on any other request. */
export class FakeWindowsHost implements RemoteShell {
  private next = 0;

  constructor(private readonly exchanges: readonly Exchange[]) {}

  /** How many exchanges have not come about. */
  get left(): number {
    return this.exchanges.length - this.next;
  }

  run(host: RemoteHost, argv: readonly string[], options: RunOptions): Promise<CommandResult> {
    const asked = asRead(plainLine(argv), options.stdin);
    const exchange = this.exchanges[this.next];
    if (!isDeepStrictEqual(asked, exchange?.request)) {
      const wanted = JSON.stringify(exchange?.request ?? 'nothing more');
      return Promise.reject(
        new Error(`exchange ${this.next + 1} is for ${wanted}, not ${JSON.stringify(asked)}`),
      );
    }
    this.next += 1;
    return answer(host, exchange as Exchange, options);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function answer(host: RemoteHost, exchange: Exchange, options: RunOptions): Promise<CommandResult> {
  const { stdout = '', stderr = '', exitCode = 0, lost, unreachable } = exchange;
  if (unreachable !== undefined) return Promise.reject(new Unreachable(host, unreachable, 'as recorded'));
  if (stdout !== '') options.onOutput?.(Buffer.from(stdout));
  if (lost !== undefined) return Promise.reject(new ConnectionLost(host, lost));
  return Promise.resolve({ exitCode, stdout, stderr });
}

/** The request on a line, as a shell that gives words no meaning hands it on. */
function asRead(line: string, stdin: string | undefined): unknown {
  const argv = line.split(' ');
  if (isDeepStrictEqual(argv, WINDOWS_RUNNER.upload.argv)) {
    const [digest] = (stdin ?? '').split(' ');
    return digest === WINDOWS_PROGRAM_DIGEST ? 'upload' : 'upload of another program';
  }
  const request = parseWindowsArgv(argv);
  if (request?.verb !== 'run') return request;
  return { ...request, command: JSON.parse(request.command) as unknown };
}
