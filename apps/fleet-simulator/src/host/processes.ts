import type { Clock } from '../clock';
import type { Durations } from '../durations';
import type { FaultBook, FaultKind, SimulatedFault } from '../faults';
import type { Command, Machine } from './program';
import { commandFor, commandName, withoutPrefix } from './programs/programs';
import { type Process, type ProcessListener, RunningProcess } from './running-process';
import type { Execution, Truth } from './truth';
import { failure } from './words/patch';
import { failureOf, programsOf } from './words/words';

/** A command line of an attempt, or one outside the journal. */
export interface ProcessOrigin {
  readonly attemptId: string;
  readonly step: number;
  /** The record of the same step's first try. */
  readonly again?: Execution | undefined;
}

/** What else a fault may do while a command runs. */
export interface Havoc {
  cutConnections(): void;
  crash(): void;
  /** Kills what runs the command, so that its exit code is lost. */
  killRunner(attemptId: string | undefined): void;
}

export interface ProcessesOptions {
  readonly machine: Machine;
  readonly clock: Clock;
  readonly durations: Durations;
  readonly faults: FaultBook;
  readonly truth: Truth;
  readonly havoc: Havoc;
}

const STRIKES: readonly FaultKind[] = ['fail', 'hang', 'slow', 'cut', 'lose-exit', 'crash'];

/** The commands that run on one host. Nothing is spawned: a command is a duration and an effect. */
export class Processes {
  private readonly running = new Set<RunningProcess>();

  constructor(private readonly options: ProcessesOptions) {}

  start(argv: readonly string[], listener: ProcessListener, origin?: ProcessOrigin): Process {
    const { clock } = this.options;
    const record = origin?.again === undefined ? this.record(argv, origin) : triedAgain(origin.again);
    const child = new RunningProcess(record, listener, clock, () => this.running.delete(child));
    this.running.add(child);
    this.launch(child, argv, origin);
    return child;
  }

  /** The host goes down: everything that runs ends without a code. */
  killAll(): void {
    for (const child of [...this.running]) child.kill('host-went-down');
  }

  private record(argv: readonly string[], origin?: ProcessOrigin): Execution {
    const { machine, clock, truth } = this.options;
    const { id } = machine.state.server;
    const at = { startedAt: clock.now(), bootId: machine.state.bootId };
    const attempt = origin && { attemptId: origin.attemptId, step: origin.step };
    return truth.begin({ server: id, ...attempt, argv, ...at });
  }

  private launch(child: RunningProcess, argv: readonly string[], origin?: ProcessOrigin): void {
    const { machine, durations, faults } = this.options;
    const name = commandName(argv);
    const point = { server: machine.state.server, command: name, alsoKnownAs: programsOf(argv), argv };
    const fault = faults.take(point, STRIKES);
    const command = fault?.kind === 'fail' ? failing(fault, name, argv) : commandFor(argv, machine);
    const durationMs = durations.draw(name) + (fault?.extraMs ?? 0);
    if (fault !== undefined) this.strike(child, { fault, durationMs, attemptId: origin?.attemptId });
    child.run(command, fault?.kind === 'hang' ? Infinity : durationMs);
  }

  private strike(child: RunningProcess, { fault, durationMs, attemptId }: Strike): void {
    const { havoc } = this.options;
    if (fault.kind === 'cut') havoc.cutConnections();
    if (fault.kind === 'crash') child.midway(durationMs, () => havoc.crash());
    if (fault.kind !== 'lose-exit') return;
    child.midway(durationMs, () => {
      havoc.killRunner(attemptId);
      child.kill();
    });
  }
}

interface Strike {
  readonly fault: SimulatedFault;
  readonly durationMs: number;
  readonly attemptId: string | undefined;
}

function triedAgain(record: Execution): Execution {
  record.tries++;
  return record;
}

/** A command that refuses, in the words the real one would use. */
function failing({ code, output }: SimulatedFault, name: string, argv: readonly string[]): Command {
  if (name.startsWith('@')) {
    const end = failure(output?.trim() ?? failureOf(argv));
    return { finish: () => ({ ...end, code: code ?? end.code }) };
  }
  const isApt = name.startsWith('apt-get');
  const unit = withoutPrefix(argv).at(-1) ?? '';
  const words = name.startsWith('systemctl')
    ? `Job for ${unit} failed because a timeout was exceeded.\nSee "systemctl status ${unit}" and "journalctl -xeu ${unit}" for details.\n`
    : isApt
      ? 'E: Sub-process /usr/bin/dpkg returned an error code (1)\n'
      : `${name}: failed\n`;
  return { finish: () => ({ code: code ?? (isApt ? 100 : 1), error: output ?? words }) };
}
