import type { HoldRequest, HoldStatus, HostSystem } from '@patchtide/connectors/batch';
import { claimOf } from '@patchtide/connectors/monitoring';
import type { Cancel, Clock } from '../clock';
import type { HostState } from './host-state';

interface Hold {
  readonly system: HostSystem;
  readonly marker: string;
  readonly endsAt: number;
  readonly cancelDeadMan: Cancel;
}

export interface HoldsOptions {
  readonly state: HostState;
  readonly clock: Clock;
  readonly isUp: () => boolean;
  /** A cron file came or went. */
  readonly onFile: (path: string, isThere: boolean) => void;
}

const HELD = (path: string) => path.replace(/([^/]*)$/, '.$1.patchtide-held');

/** Holds of batch jobs on one host, as the hold scripts leave them: they end by themselves, and timers forget them at boot. */
export class Holds {
  private readonly holds = new Map<string, Hold>();

  constructor(private readonly options: HoldsOptions) {}

  /** Carries out one request and says how things stand afterwards. */
  answer({ system, verb, ref, marker, ttlSeconds, prior }: HoldRequest): HoldStatus {
    const known = this.holds.get(ref);
    const isForeign = known !== undefined && known.marker !== marker;
    if (isForeign || !this.exists(system, ref)) return this.status(system, ref);
    if (verb === 'hold')
      return { ...this.status(system, ref), ...this.hold({ system, ref, marker, ttlSeconds }) };
    if (verb === 'release' && (known !== undefined || prior === 'scheduled')) this.giveBack(system, ref);
    return this.status(system, ref);
  }

  /** Timers have started again and their dead-men are gone; cron's dead-man looks after what is overdue. */
  boot(): void {
    const now = this.options.clock.now();
    for (const [ref, hold] of this.holds) {
      if (hold.system === 'systemd-timer' || hold.endsAt <= now) this.giveBack(hold.system, ref);
    }
  }

  private hold(wish: {
    system: HostSystem;
    ref: string;
    marker: string;
    ttlSeconds: number;
  }): Partial<HoldStatus> {
    const { system, ref, marker, ttlSeconds } = wish;
    const known = this.holds.get(ref);
    if (known === undefined && !this.isScheduled(system, ref)) return { prior: 'idle' };
    known?.cancelDeadMan();
    const { clock, isUp } = this.options;
    const ttlMs = ttlSeconds * 1000;
    const cancelDeadMan = clock.after(ttlMs, () => {
      if (isUp()) this.giveBack(system, ref);
    });
    this.holds.set(ref, { system, marker, endsAt: clock.now() + ttlMs, cancelDeadMan });
    this.setScheduled(system, ref, false);
    return { ...this.status(system, ref), prior: 'scheduled' };
  }

  private giveBack(system: HostSystem, ref: string): void {
    this.holds.get(ref)?.cancelDeadMan();
    this.holds.delete(ref);
    this.setScheduled(system, ref, true);
  }

  private status(system: HostSystem, ref: string): HoldStatus {
    const hold = this.holds.get(ref);
    const by = hold && claimOf(hold.marker);
    return {
      exists: this.exists(system, ref),
      scheduled: this.isScheduled(system, ref),
      running: system === 'cron' ? 'unknown' : 'no',
      ...(by && { by }),
    };
  }

  private exists(system: HostSystem, ref: string): boolean {
    const { files, units } = this.options.state;
    return system === 'cron' ? files.has(ref) || files.has(HELD(ref)) : units.find(ref) !== undefined;
  }

  private isScheduled(system: HostSystem, ref: string): boolean {
    const { files, units } = this.options.state;
    return system === 'cron' ? files.has(ref) : units.find(ref)?.active === true;
  }

  private setScheduled(system: HostSystem, ref: string, isScheduled: boolean): void {
    const { files, units } = this.options.state;
    const timer = units.find(ref);
    if (system === 'systemd-timer' && timer !== undefined) units.setActive(timer, isScheduled);
    if (system !== 'cron' || files.has(ref) === isScheduled) return;
    const [from, to] = isScheduled ? [HELD(ref), ref] : [ref, HELD(ref)];
    files.set(to, files.get(from) ?? '');
    files.delete(from);
    this.options.onFile(ref, isScheduled);
  }
}
