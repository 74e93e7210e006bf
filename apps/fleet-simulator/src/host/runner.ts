import {
  type HostFacts,
  NO_FACTS,
  type RunnerStatus,
  type RunnerStep,
  type RunRequest,
} from '@patchtide/connectors/remote-shell';
import type { Cancel, Clock } from '../clock';
import type { Durations } from '../durations';
import type { HostState } from './host-state';
import {
  commandText,
  type Follower,
  type Journal,
  journalState,
  journalStatus,
  type LiveRunner,
} from './journal';
import type { Processes } from './processes';
import type { Truth } from './truth';

export interface RunnerOptions {
  readonly state: HostState;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly durations: Durations;
  readonly truth: Truth;
}

const TIMED_OUT = 124;

/** The host's side of the runner protocol: journals that survive everything but an erased disk. */
export class Runner {
  private readonly journals = new Map<string, Journal>();

  constructor(private readonly options: RunnerOptions) {}

  inspect(attemptId: string): RunnerStatus {
    return journalStatus(this.journals.get(attemptId), this.options.state.bootId);
  }

  /** What the words of an attempt stated; told when it has ended. */
  facts(attemptId: string): HostFacts {
    return this.journals.get(attemptId)?.facts ?? NO_FACTS;
  }

  /** Starts the attempt, or attaches to it when it was started before. The result detaches; the attempt goes on. */
  run(request: RunRequest, follower: Follower): Cancel {
    const truth = this.options.truth.attempt(this.options.state.server.id, request.attemptId);
    truth.requests++;
    const journal = this.journals.get(request.attemptId) ?? this.create(request);
    const reason = refusal(journal, request);
    if (reason !== undefined) {
      truth.refusals++;
      follower.status(refused(this.inspect(request.attemptId), reason));
      return () => undefined;
    }
    journal.epoch = request.epoch;
    if (journalState(journal, this.options.state.bootId) === 'claimed') this.start(journal);
    return this.attach(journal, request.outputOffset, follower);
  }

  journal(): readonly {
    readonly attemptId: string;
    readonly epoch: number;
    readonly status: RunnerStatus;
  }[] {
    return [...this.journals.values()].map(({ attemptId, epoch }) => ({
      attemptId,
      epoch,
      status: this.inspect(attemptId),
    }));
  }

  /** The runner of an attempt dies: no exit code will ever be written. */
  kill(attemptId: string): void {
    const journal = this.journals.get(attemptId);
    if (journal !== undefined) this.release(journal);
  }

  /** Every runner dies with the host; what they wrote stays. */
  hostWentDown(): void {
    for (const { runner } of this.journals.values()) runner?.followers.clear();
    for (const journal of this.journals.values()) this.release(journal);
  }

  private create(request: RunRequest): Journal {
    const { attemptId, epoch, steps } = request;
    const journal: Journal = {
      attemptId,
      epoch,
      steps,
      command: commandText(steps),
      output: Buffer.alloc(0),
      facts: NO_FACTS,
    };
    this.journals.set(attemptId, journal);
    return journal;
  }

  private attach(journal: Journal, offset: number, follower: Follower): Cancel {
    if (journal.output.length > offset) follower.output(journal.output.subarray(offset));
    const { runner } = journal;
    if (runner === undefined) {
      follower.status(this.inspect(journal.attemptId));
      return () => undefined;
    }
    runner.followers.add(follower);
    return () => runner.followers.delete(follower);
  }

  private start(journal: Journal): void {
    const { state, truth, clock } = this.options;
    const record = truth.attempt(state.server.id, journal.attemptId);
    record.executions++;
    record.startedAt = clock.now();
    journal.startedBootId = state.bootId;
    journal.runner = { followers: new Set() };
    this.runStep(journal, journal.runner, 0);
  }

  private runStep(journal: Journal, runner: LiveRunner, at: number): void {
    const step = journal.steps[at];
    if (step === undefined) return this.exit(journal, 0);
    runner.cancelTimeout?.();
    runner.cancelTimeout = this.options.clock.after(step.timeoutMs, () => this.fail(journal, at, TIMED_OUT));
    if (step.argv[0] === '@reboot') this.reboot(journal, runner, at);
    else this.tryStep(journal, runner, { step, at });
  }

  private tryStep(
    journal: Journal,
    runner: LiveRunner,
    { step, at }: { step: RunnerStep; at: number },
  ): void {
    const again = runner.process?.record.step === at ? runner.process.record : undefined;
    const write = (text: string) => this.write(journal, text);
    const end = (code: number | undefined) => {
      if (journal.runner !== runner || code === undefined) return;
      if (code === 0) this.runStep(journal, runner, at + 1);
      else if (step.mode === 'do') this.fail(journal, at, code);
      else runner.cancelRetry = this.retry(() => this.tryStep(journal, runner, { step, at }));
    };
    const listener = {
      output: write,
      error: write,
      facts: (facts: HostFacts) => addFacts(journal, facts),
      end: (_: unknown, code?: number) => end(code),
    };
    const origin = { attemptId: journal.attemptId, step: at, again };
    runner.process = this.options.processes.start(step.argv, listener, origin);
  }

  private retry(run: () => void): Cancel {
    return this.options.clock.after(this.options.durations.retryMs, run);
  }

  /** The step ends by the host going down; only a refused reboot ends it from here. */
  private reboot(journal: Journal, runner: LiveRunner, at: number): void {
    const isAsked = journal.steps[at]?.argv[1] === 'if-needed';
    const isNeeded = this.options.state.rebootRequired;
    const reason = 'a package asks for it';
    if (isAsked) addFacts(journal, { packages: [], notes: { 'reboot-needed': isNeeded ? reason : 'no' } });
    if (isAsked && !isNeeded) {
      this.write(journal, 'reboot not needed\n');
      return this.runStep(journal, runner, at + 1);
    }
    if (isAsked) this.write(journal, `reboot needed: ${reason}\n`);
    const write = (text: string) => this.write(journal, text);
    const end = (_: unknown, code?: number) => {
      if (journal.runner === runner && code !== undefined && code !== 0) this.fail(journal, at, code);
    };
    this.write(journal, 'rebooting\n');
    const origin = { attemptId: journal.attemptId, step: at };
    const listener = { output: write, error: write, end };
    runner.process = this.options.processes.start(['systemctl', 'reboot'], listener, origin);
  }

  private write(journal: Journal, text: string): void {
    const chunk = Buffer.from(text);
    journal.output = Buffer.concat([journal.output, chunk]);
    journal.runner?.followers.forEach((follower) => follower.output(chunk));
  }

  private fail(journal: Journal, at: number, code: number): void {
    journal.runner?.process?.kill();
    this.write(journal, `patchtide: step ${at + 1} ended with code ${code}\n`);
    this.exit(journal, code);
  }

  private exit(journal: Journal, code: number): void {
    const { state, truth, clock } = this.options;
    journal.exitCode = code;
    const record = truth.attempt(state.server.id, journal.attemptId);
    record.exitCode = code;
    record.endedAt = clock.now();
    this.release(journal);
  }

  /** The lock is free: whatever still ran for it is killed, and followers learn the status. */
  private release(journal: Journal): void {
    const { runner } = journal;
    if (runner === undefined) return;
    journal.runner = undefined;
    runner.cancelTimeout?.();
    runner.cancelRetry?.();
    runner.process?.kill();
    const status = this.inspect(journal.attemptId);
    runner.followers.forEach((follower) => follower.status(status));
  }
}

function addFacts(journal: Journal, { packages, notes }: HostFacts): void {
  const { facts } = journal;
  journal.facts = { packages: [...facts.packages, ...packages], notes: { ...facts.notes, ...notes } };
}

/** A refusal has no exit code of its own, whatever the attempt ended with. */
function refused({ bootId, startedBootId, outputBytes }: RunnerStatus, reason: string): RunnerStatus {
  const started = startedBootId !== undefined && { startedBootId };
  return { state: 'refused', reason, bootId, ...started, outputBytes };
}

function refusal(journal: Journal, request: RunRequest): string | undefined {
  if (commandText(request.steps) !== journal.command) return 'other-command';
  return request.epoch < journal.epoch ? 'stale-epoch' : undefined;
}
