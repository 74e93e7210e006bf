import type { ServerChannel } from 'ssh2';
import { withoutPrefix } from '../host/programs/programs';
import type { SimulatedHost } from '../host/simulated-host';
import { splitWords } from '../posix-words';
import { serveRunner } from './serve-runner';

export interface ExecOptions {
  /** The runner must be uploaded before it answers, as on a fresh host. */
  readonly isRunnerMissing: boolean;
}

const RUNNER = /\/runner-[0-9a-f]{12}\.sh$/;
const KILLED = 137;

/** Answers one exec request: a call of the runner, which may stay for more, its upload, or a plain command. */
export function serveExec(
  host: SimulatedHost,
  line: string,
  channel: ServerChannel,
  options: ExecOptions,
): void {
  // A client that goes away in the middle is its own business; the command on the host goes on.
  channel.on('error', () => undefined);
  const words = splitWords(line);
  if (!words.ok) return complain(channel, 2, `sh: 1: not a quoted command line: ${words.reason}`);
  const argv = withoutPrefix(words.argv);
  const [program, script = ''] = argv;
  if (program === 'sh' && RUNNER.test(script)) return callRunner(host, argv, channel, options);
  if (program === 'sh' && argv[3] === 'patchtide-upload') return serveUpload(host, argv, channel);
  serveCommand(host, words.argv, channel);
}

function callRunner(
  host: SimulatedHost,
  argv: readonly string[],
  channel: ServerChannel,
  options: ExecOptions,
): void {
  const [, script = ''] = argv;
  if (options.isRunnerMissing && !host.state.files.has(script)) {
    return complain(channel, 2, `sh: 0: cannot open ${script}: No such file`);
  }
  serveRunner(host, argv, channel);
}

/** `sh -c <script> patchtide-upload <root> <path> <bytes>` with the runner on stdin: half a runner is not kept. */
function serveUpload(host: SimulatedHost, argv: readonly string[], channel: ServerChannel): void {
  const [path = '', size] = argv.slice(5);
  const chunks: Buffer[] = [];
  channel.on('data', (chunk: Buffer) => chunks.push(chunk));
  channel.once('end', () => {
    const content = Buffer.concat(chunks);
    if (`${content.length}` !== size) return close(channel, 1);
    host.state.files.set(path, content.toString());
    close(channel, 0);
  });
}

/** A plain command outlives its connection, as one without a terminal does until it writes; nobody hears how it ends. */
function serveCommand(host: SimulatedHost, argv: readonly string[], channel: ServerChannel): void {
  host.exec(argv, {
    output: (text) => channel.writable && channel.write(text),
    error: (text) => channel.writable && channel.stderr.write(text),
    end: (_, code) => {
      if (channel.writable) close(channel, code ?? KILLED);
    },
  });
}

function complain(channel: ServerChannel, code: number, text: string): void {
  channel.stderr.write(`${text}\n`);
  close(channel, code);
}

function close(channel: ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}
