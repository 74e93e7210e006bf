import type { Cancel, Clock } from '../clock';
import { type Durations, durationsFor, type Pace } from '../durations';
import type { FaultBook } from '../faults';
import { type Random, seededRandom, seedFor } from '../random';
import { Holds } from './holds';
import { type HostState, newHostState, randomUuid, type ServerSpec } from './host-state';
import { type Havoc, Processes } from './processes';
import type { Process, ProcessListener } from './running-process';
import type { Machine } from './program';
import { Runner } from './runner';
import type { Truth } from './truth';

export type Phase = 'up' | 'shutting-down' | 'down';

/** Who must know when a host comes and goes. */
export interface HostObserver {
  hostDown(host: SimulatedHost): void;
  hostUp(host: SimulatedHost): void;
  connectionsCut(host: SimulatedHost): void;
  unitChanged(host: SimulatedHost, unit: string, active: boolean): void;
}

export interface HostOptions {
  readonly spec: ServerSpec;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly faults: FaultBook;
  readonly truth: Truth;
  readonly observer: HostObserver;
}

/** One host: its state, its commands, its journals, and its life between boots. */
export class SimulatedHost implements Machine, Havoc {
  readonly state: HostState;
  readonly runner: Runner;
  readonly holds: Holds;
  phase: Phase = 'up';
  private readonly random: Random;
  private readonly durations: Durations;
  private readonly processes: Processes;
  private readonly scheduled = new Map<string, Cancel>();
  private cancelShutdown: Cancel | undefined;

  constructor(private readonly options: HostOptions) {
    const { spec, clock, pace, faults, truth } = options;
    this.random = seededRandom(seedFor(pace.seed, `state of ${spec.server.id}`));
    this.durations = durationsFor(spec.server.id, pace);
    const onUnit = (unit: string, active: boolean) => this.unitChanged(unit, active);
    const mustReboot = isToReboot(spec, faults);
    this.state = newHostState(spec, { random: this.random, now: clock.now(), mustReboot, onUnit });
    this.holds = new Holds({
      state: this.state,
      clock,
      isUp: () => this.phase !== 'down',
      onFile: (path, isThere) => this.note(isThere, path),
    });
    const { durations } = this;
    this.processes = new Processes({ machine: this, clock, durations, faults, truth, havoc: this });
    this.runner = new Runner({ state: this.state, processes: this.processes, clock, durations, truth });
  }

  get id(): string {
    return this.state.server.id;
  }

  now(): number {
    return this.options.clock.now();
  }

  /** Runs a command outside the step journal. */
  exec(argv: readonly string[], listener: ProcessListener): Process {
    return this.processes.start(argv, listener);
  }

  schedule(unit: string, delayMs: number, argv: readonly string[]): void {
    this.state.units.add(unit, { transient: true });
    const cancel = this.options.clock.after(delayMs, () => {
      const timer = this.state.units.find(unit);
      if (timer !== undefined) this.state.units.setActive(timer, false);
      this.exec(argv, { output: () => undefined, error: () => undefined, end: () => undefined });
    });
    this.scheduled.set(unit, cancel);
  }

  /** Begins the shutdown; the host still answers for a moment, with its old boot id. */
  reboot(): void {
    if (this.phase !== 'up') return;
    this.phase = 'shutting-down';
    this.cancelShutdown = this.options.clock.after(this.durations.draw('shutdown'), () => this.goDown());
  }

  /** Goes down without a shutdown and boots again. */
  crash(): void {
    this.goDown();
  }

  /** Brings a host back that does not return by itself. */
  powerOn(): void {
    if (this.phase === 'down') this.comeUp(false);
  }

  cutConnections(): void {
    this.options.observer.connectionsCut(this);
  }

  killRunner(attemptId: string | undefined): void {
    if (attemptId !== undefined) this.runner.kill(attemptId);
  }

  private goDown(): void {
    if (this.phase === 'down') return;
    this.phase = 'down';
    this.cancelShutdown?.();
    this.processes.killAll();
    this.runner.hostWentDown();
    this.scheduled.forEach((cancel) => cancel());
    this.scheduled.clear();
    this.note(false);
    this.options.observer.hostDown(this);
    const point = { server: this.state.server, command: 'reboot', argv: [] };
    const fault = this.options.faults.take(point, ['slow', 'never-return', 'same-boot-id']);
    if (fault?.kind === 'never-return') return;
    const awayMs = this.durations.draw('boot') + (fault?.extraMs ?? 0);
    this.options.clock.after(awayMs, () => this.comeUp(fault?.kind === 'same-boot-id'));
  }

  private comeUp(isSameBoot: boolean): void {
    if (this.phase !== 'down') return;
    const { state } = this;
    this.phase = 'up';
    state.bootedAt = this.now();
    state.settledAt = this.now() + this.durations.draw('settle');
    if (!isSameBoot) {
      state.bootId = randomUuid(this.random);
      state.rebootRequired = false;
    }
    this.note(true);
    state.units.boot();
    this.holds.boot();
    this.options.observer.hostUp(this);
  }

  private unitChanged(unit: string, active: boolean): void {
    if (!active) this.forgetSchedule(unit);
    this.note(active, unit);
    this.options.observer.unitChanged(this, unit, active);
  }

  /** Stopping a transient timer means that its command never runs. */
  private forgetSchedule(unit: string): void {
    this.scheduled.get(unit)?.();
    this.scheduled.delete(unit);
  }

  /** Notes that a unit or cron file, or without one the host, came or went. */
  private note(up: boolean, unit?: string): void {
    const at = { at: this.now(), bootId: this.state.bootId };
    this.options.truth.transitions.push({ server: this.id, ...(unit !== undefined && { unit }), up, ...at });
  }
}

/** A fault in the reboot of a host shows only when the host is rebooted. */
function isToReboot({ server }: ServerSpec, faults: FaultBook): boolean {
  return faults
    .list()
    .some(({ fault }) => fault.command === 'reboot' && [server.id, server.name].includes(fault.host ?? ''));
}
