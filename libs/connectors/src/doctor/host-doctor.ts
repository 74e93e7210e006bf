import {
  doctorWords,
  type Examination,
  type Finding,
  type FindingCode,
  type Question,
} from '@patchtide/domain';
import {
  type CommandResult,
  ConnectionLost,
  DEFAULT_ROOT,
  type RemoteHost,
  type RemoteShell,
  RUNNER_SCRIPT,
  TimedOut,
  Unreachable,
  type UnreachableReason,
  Unquotable,
} from '../remote-shell';
import { parseAnswer } from './answer';
import { CLOCK_ARGV, parseClock } from './host-clock';

export interface HostDoctorOptions {
  /** Directory on the hosts for the step runner and its journals, as the agents have it. */
  root?: string;
  /** For one host: login and all questions. */
  timeoutMs?: number;
  now?: () => number;
}

const TIMEOUT_MS = 120_000;
const CLOCK_TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 256 * 1024;

/** Looks at hosts over SSH before a night. Leaves nothing there but the journal's directory. */
export class HostDoctor {
  private readonly root: string;
  private readonly timeoutMs: number;
  private readonly now: () => number;

  constructor(
    private readonly shell: RemoteShell,
    { root = DEFAULT_ROOT, timeoutMs = TIMEOUT_MS, now = Date.now }: HostDoctorOptions = {},
  ) {
    this.root = root;
    this.timeoutMs = timeoutMs;
    this.now = now;
  }

  /** What is to be seen of one host; one that cannot be asked is a finding. Throws only the signal's reason. */
  async examine(question: Question, signal: AbortSignal): Promise<Examination> {
    const { server } = question;
    const host = { address: server.address, port: server.port ?? 22 };
    const seen: Examination = { server, bootId: null, clock: null, findings: [] };
    try {
      const { hasBegun, bootId, findings } = parseAnswer(await this.ask(host, question, signal));
      const clock = hasBegun ? await this.clockOf(host, signal) : {};
      return { ...seen, bootId, ...clock, findings: [...findings, ...(clock.findings ?? [])] };
    } catch (error) {
      return { ...seen, findings: [findingFrom(error)] };
    }
  }

  /** The program comes by stdin: a host where nothing can be written can still say so. */
  private ask(host: RemoteHost, question: Question, signal: AbortSignal): Promise<CommandResult> {
    return this.shell.run(host, ['sh', '-s', ...doctorWords(question), `root=${this.root}`], {
      timeoutMs: this.timeoutMs,
      signal,
      stdin: RUNNER_SCRIPT,
      maxOutputBytes: ANSWER_BYTES,
    });
  }

  /** Over the connection that is there by now, so that the login is no part of the way. */
  private async clockOf(
    host: RemoteHost,
    signal: AbortSignal,
  ): Promise<Partial<Pick<Examination, 'clock' | 'findings'>>> {
    try {
      const sentMs = this.now();
      const { stdout } = await this.shell.run(host, CLOCK_ARGV, { timeoutMs: CLOCK_TIMEOUT_MS, signal });
      const receivedMs = this.now();
      const told = parseClock(stdout);
      if (told) return { clock: { sentMs, ...told, receivedMs } };
      return { findings: [{ code: 'cannot-tell', sentence: 'its date does not say what time it is' }] };
    } catch (error) {
      return { findings: [findingFrom(error)] };
    }
  }
}

const BY_REASON: Partial<Record<UnreachableReason, FindingCode>> = {
  'unknown-name': 'unknown-name',
  'bad-address': 'bad-address',
  authentication: 'login-refused',
  'host-key-unknown': 'host-key-unknown',
  'host-key-changed': 'host-key-changed',
};

function findingFrom(error: unknown): Finding {
  if (error instanceof Unreachable)
    return { code: BY_REASON[error.reason] ?? 'unreachable', sentence: error.message };
  const isAnswer =
    error instanceof ConnectionLost || error instanceof TimedOut || error instanceof Unquotable;
  if (isAnswer) return { code: 'cannot-tell', sentence: error.message };
  throw error;
}
