/**
 * The words the client and the runner on the host exchange: one argument list per request, one status line per answer.
 *
 * The runner lives at `<root>/runner-<digest>.sh`; its journal is `${PATCHTIDE_ROOT:-<root>}/journal/<attemptId>/`.
 * Ask by argument list:
 *   sh <runner> run <attemptId> <epoch> <outputOffset> -- { <mode> <timeoutSeconds> <argc> <argv...> }
 *   sh <runner> inspect <attemptId>
 * or ask a resident for the same, which is cheaper (serve-protocol.ts).
 * `run` streams the journal's output from the byte offset on stdout until the attempt ends. Both end with one status
 * line on stderr, and that line alone says what happened: the exit code of the call itself means nothing beyond
 * "a runner answered". Before it, when the attempt has ended, there are the facts of the attempt (host-facts.ts).
 */
export const DEFAULT_ROOT = '/var/lib/patchtide';

export type StepMode = 'do' | 'until';

/** `do` runs once and must exit 0; `until` repeats each second until exit 0. Past its timeout a step ends with 124. */
export interface RunnerStep {
  mode: StepMode;
  timeoutMs: number;
  argv: readonly string[];
}

export interface RunRequest {
  attemptId: string;
  epoch: number;
  outputOffset: number;
  steps: readonly RunnerStep[];
}

export type RunnerCall =
  ({ kind: 'run'; runner: string } & RunRequest) | { kind: 'inspect'; runner: string; attemptId: string };

export const JOURNAL_STATES = [
  'absent',
  'claimed',
  'running',
  'exited',
  'interrupted',
  'rebooted',
  'refused',
] as const;
export type JournalState = (typeof JOURNAL_STATES)[number];

/** What the runner knows about one attempt. `code` is there exactly when the state is `exited`. */
export interface RunnerStatus {
  state: JournalState;
  code?: number;
  bootId: string;
  startedBootId?: string;
  outputBytes: number;
  /**
   * Why a request was refused. Nothing was started by it: `stale-epoch` (a newer order for this attempt is known),
   * `other-command` (the attempt is known with other steps), `other-attempt-running` and `later-attempt-started` (of the same
   * job), `journal-unwritable`, `not-started`, `busy`, `bad-request`, `no-flock`, `no-timeout`, `no-setsid`.
   */
  reason?: string;
}

/** Argument list that starts the attempt, or attaches to it when it was started before. Step timeouts are rounded up to seconds. */
export function encodeRun(runner: string, request: RunRequest): string[] {
  const { attemptId, epoch, outputOffset, steps } = request;
  return ['sh', runner, 'run', attemptId, `${epoch}`, `${outputOffset}`, '--', ...steps.flatMap(encodeStep)];
}

/** Argument list that asks for the status of an attempt and changes nothing. */
export function encodeInspect(runner: string, attemptId: string): string[] {
  return ['sh', runner, 'inspect', attemptId];
}

/** Argument list that starts the runner as a resident, which is asked as `serve-protocol.ts` says. */
export function encodeServe(runner: string): string[] {
  return ['sh', runner, 'serve'];
}

/** Reads an argument list as the host does; undefined when it is no well-formed call of a runner. */
export function parseRunnerArgv(argv: readonly string[]): RunnerCall | undefined {
  const [shell, runner, verb, attemptId, ...rest] = argv;
  if (shell !== 'sh' || runner === undefined || attemptId === undefined) return undefined;
  if (verb === 'inspect' && rest.length === 0) return { kind: 'inspect', runner, attemptId };
  if (verb === 'run') return parseRun(rest, { runner, attemptId });
  return undefined;
}

function parseRun(
  words: readonly string[],
  ids: { runner: string; attemptId: string },
): RunnerCall | undefined {
  const [epoch, offset, separator, ...rest] = words;
  if (separator !== '--' || !isCount(epoch) || !isCount(offset)) return undefined;
  const steps = parseSteps(rest);
  if (steps === undefined || steps.length === 0) return undefined;
  return { kind: 'run', ...ids, epoch: Number(epoch), outputOffset: Number(offset), steps };
}

/** The status line without a line end. */
export function formatStatus(status: RunnerStatus): string {
  const words = [
    `state=${status.state}`,
    `code=${status.code ?? '-'}`,
    `boot=${status.bootId}`,
    `started-boot=${status.startedBootId ?? '-'}`,
    `size=${status.outputBytes}`,
  ];
  if (status.reason !== undefined) words.push(`reason=${status.reason}`);
  return `patchtide-status ${words.join(' ')}`;
}

const STATUS_LINE =
  /^patchtide-status state=([a-z]+) code=(\d{1,3}|-) boot=([\w.-]{1,64}) started-boot=([\w.-]{1,64}) size=(\d{1,15})(?: reason=([a-z-]{1,64}))?\r?$/;

/**
 * Finds the last well-formed status line in what a call wrote to stderr; undefined when there is none, which never
 * means success. A line that contradicts itself (exited without a code, a code without exited) does not count.
 */
export function parseStatus(stderr: string): RunnerStatus | undefined {
  return stderr
    .split('\n')
    .map(parseStatusLine)
    .filter((status) => status !== undefined)
    .at(-1);
}

function parseStatusLine(line: string): RunnerStatus | undefined {
  const [, word, code, bootId, startedBootId, size, reason] = STATUS_LINE.exec(line) ?? [];
  const state = JOURNAL_STATES.find((known) => known === word);
  if (state === undefined || bootId === undefined) return undefined;
  if ((state === 'exited') !== (code !== '-')) return undefined;
  return {
    state,
    ...(code !== '-' && { code: Number(code) }),
    bootId,
    ...(startedBootId !== undefined && startedBootId !== '-' && { startedBootId }),
    outputBytes: Number(size),
    ...(reason !== undefined && { reason }),
  };
}

function encodeStep(step: RunnerStep): string[] {
  const timeoutSeconds = Math.max(1, Math.ceil(step.timeoutMs / 1000));
  return [step.mode, `${timeoutSeconds}`, `${step.argv.length}`, ...step.argv];
}

function parseSteps(words: readonly string[]): RunnerStep[] | undefined {
  const steps: RunnerStep[] = [];
  for (let at = 0; at < words.length;) {
    const [mode, seconds, argc] = words.slice(at, at + 3);
    if ((mode !== 'do' && mode !== 'until') || !isCount(seconds) || !isCount(argc)) return undefined;
    const argv = words.slice(at + 3, at + 3 + Number(argc));
    if (argv.length === 0 || argv.length !== Number(argc)) return undefined;
    steps.push({ mode, timeoutMs: Number(seconds) * 1000, argv });
    at += 3 + argv.length;
  }
  return steps;
}

function isCount(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,15}$/.test(text);
}
