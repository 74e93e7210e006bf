import {
  formatAnswered,
  formatFacts,
  formatGreeting,
  formatOutputHead,
  formatStatus,
  type HostFacts,
  NO_FACTS,
  parseRunnerArgv,
  type RunnerCall,
  type RunnerStatus,
  RequestReader,
} from '@patchtide/connectors/remote-shell';
import type { ServerChannel } from 'ssh2';
import type { SimulatedHost } from '../host/simulated-host';

/** Where the answer to one request goes. */
interface Asker {
  output(chunk: Buffer): void;
  /** The lines that end the answer. */
  end(lines: string): void;
  /** Nobody waits for the answer any more. */
  onGone(forget: () => void): void;
}

const PROTOCOL_ERROR = 64;

/** Answers a call of the runner: one request, or as a resident all that come. */
export function serveRunner(host: SimulatedHost, argv: readonly string[], channel: ServerChannel): void {
  if (argv[2] === 'serve') serveRequests(host, argv.slice(0, 2), channel);
  else answer(host, argv, onlyAsker(channel));
}

function serveRequests(host: SimulatedHost, program: readonly string[], channel: ServerChannel): void {
  const waiting: string[][] = [];
  let isBusy = false;
  let isOver = false;
  const next = (): void => {
    const request = waiting.shift();
    isBusy = request !== undefined;
    if (request !== undefined) answer(host, [...program, ...request], oneOfMany(channel, next));
    else if (isOver) close(channel, 0);
  };
  const reader = new RequestReader((request) => {
    waiting.push(request);
    if (!isBusy) next();
  });
  channel.write(formatGreeting());
  channel.setEncoding('utf8');
  channel.on('data', (text: string) => {
    try {
      reader.push(text);
    } catch {
      close(channel, PROTOCOL_ERROR);
    }
  });
  channel.once('end', () => {
    isOver = true;
    if (!isBusy) next();
  });
}

/** As an answer on its own: output on stdout, the rest on stderr, and then the end. */
function onlyAsker(channel: ServerChannel): Asker {
  return {
    output: (chunk) => channel.writable && channel.write(chunk),
    end: (lines) => {
      if (!channel.writable) return;
      channel.stderr.write(lines);
      close(channel, 0);
    },
    onGone: (forget) => channel.once('close', forget),
  };
}

/** As one of many answers: in frames on stdout. */
function oneOfMany(channel: ServerChannel, onAnswered: () => void): Asker {
  const write = (text: string | Buffer): void => {
    if (channel.writable) channel.write(text);
  };
  let forget = (): void => undefined;
  return {
    output: (chunk) => {
      write(formatOutputHead(chunk.length));
      write(chunk);
    },
    end: (lines) => {
      channel.off('close', forget);
      write(`${lines}${formatAnswered(0)}`);
      onAnswered();
    },
    onGone: (then) => {
      forget = then;
      channel.once('close', forget);
    },
  };
}

function answer(host: SimulatedHost, argv: readonly string[], asker: Asker): void {
  const call = parseRunnerArgv(argv);
  if (call !== undefined && isAttemptPath(call.attemptId)) return answerCall(host, call, asker);
  const { bootId } = host.state;
  asker.end(linesOf({ state: 'refused', reason: 'bad-request', bootId, outputBytes: 0 }, NO_FACTS));
}

/** An attempt id is a path below the journal: it must stay there. */
function isAttemptPath(id: string): boolean {
  return /^[A-Za-z0-9._/-]+$/.test(id) && !/^[/.]|\/$|\/[/.]/.test(id);
}

function answerCall(host: SimulatedHost, call: RunnerCall, asker: Asker): void {
  let isOver = false;
  const status = (told: RunnerStatus): void => {
    isOver = true;
    asker.end(linesOf(told, host.runner.facts(call.attemptId)));
  };
  if (call.kind === 'inspect') return status(host.runner.inspect(call.attemptId));
  const detach = host.runner.run(call, { output: (chunk) => asker.output(chunk), status });
  if (!isOver) asker.onGone(detach);
}

function linesOf(status: RunnerStatus, facts: HostFacts): string {
  const hasEnded = status.state === 'exited' || status.state === 'rebooted';
  return `${hasEnded ? formatFacts(facts) : ''}${formatStatus(status)}\n`;
}

function close(channel: ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}
