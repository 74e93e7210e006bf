import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { waitUntil } from '@patchtide/embedded';
import { hostScript } from './host-script';
import type { Namespaces } from './namespaces';

const START_TIMEOUT_MS = 20_000;
// What systemd-nspawn ends with when the host asks for a reboot.
const REBOOT = 133;

/** What happened to a host, as seen from outside. */
export interface HostEvent {
  at: string;
  what: 'boot' | 'up' | 'reboot' | 'boot held' | 'switched off' | 'power cut' | 'frozen' | 'thawed';
}

export interface MachineOptions {
  name: string;
  root: string;
  /** Folders of this machine that the host sees, read-only: `<here>:<there>`. */
  binds: readonly string[];
  /** What systemd-nspawn and the host's console say. */
  log: string;
}

/**
 * The power supply of one host: boots it, boots it again when it asks for a reboot, and holds that back or cuts the
 * power on request. Knows nothing of what is on the host.
 */
export class Machine {
  readonly history: HostEvent[] = [];
  private process: ChildProcess | undefined;
  private cycle: Promise<void> = Promise.resolve();
  private held = false;
  private on = false;
  private fault = '';
  private release: (() => void) | undefined;

  constructor(
    private readonly namespaces: Namespaces,
    private readonly options: MachineOptions,
  ) {}

  /** Switches the power on; the host boots, and boots again after each reboot, until it is switched off. */
  start(): void {
    if (this.on) return;
    this.on = true;
    this.cycle = this.bootUntilOff().catch((error: unknown) => {
      // Also when the fleet was stopped and its folder is gone; who waits for this host is told by `untilStarted`.
      this.on = false;
      this.fault = String(error);
    });
  }

  /** SIGKILL for everything on the host, and it does not come back until `start`. */
  async cutPower(): Promise<void> {
    if (!this.on) return;
    this.on = false;
    this.record('power cut');
    this.letGo();
    // The host's first process takes all others with it, and systemd-nspawn ends by itself when it has cleaned up.
    const first = await this.firstProcess();
    const launcher = this.process?.pid;
    kill(first?.pid ?? (launcher === undefined ? undefined : -launcher));
    await this.ended();
  }

  /** Settles when the host is off: switched off by itself, or its power was cut. */
  async off(timeoutMs: number): Promise<void> {
    await waitUntil(() => !this.on, { timeoutMs, what: `${this.options.name} to be off` });
    await this.ended();
  }

  /** From now on a reboot ends with a host that is down and stays down, until `letGo`. */
  hold(): void {
    this.held = true;
  }

  /** A boot that is held back happens now. */
  letGo(): void {
    this.held = false;
    this.release?.();
  }

  /** The number of the host's systemd, as we see it; undefined while the host is down, on its way down, or not yet there. */
  async leader(): Promise<number | undefined> {
    const first = await this.firstProcess();
    return first?.name === 'systemd' ? first.pid : undefined;
  }

  /** How often the host was booted. */
  get bootCount(): number {
    return this.history.filter(({ what }) => what === 'boot').length;
  }

  record(what: HostEvent['what']): void {
    this.history.push({ at: new Date().toISOString(), what });
  }

  /** The host has finished booting; told once per boot. */
  recordUp(): void {
    const sinceBoot = this.history.slice(this.history.map(({ what }) => what).lastIndexOf('boot'));
    if (!sinceBoot.some(({ what }) => what === 'up')) this.record('up');
  }

  /** The last lines of the console, for error messages. */
  consoleTail(lines = 20): string {
    return readFileSync(this.options.log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** Also when we have nothing else to do: the host does not keep our process alive, somebody who waits for it does. */
  private async ended(): Promise<void> {
    this.process?.ref();
    await this.cycle;
  }

  private async bootUntilOff(): Promise<void> {
    while (this.on) {
      const code = await this.bootOnce();
      if (!this.on) return;
      if (code !== REBOOT) {
        this.on = false;
        this.record('switched off');
        return;
      }
      this.record('reboot');
      if (this.held) await this.waitForRelease();
    }
  }

  private async bootOnce(): Promise<number | null> {
    const { name, root, binds, log } = this.options;
    const script = ['sh', hostScript('boot.sh'), name, `${this.namespaces.block}`, root, ...binds];
    const [command = '', ...args] = this.namespaces.enter(script);
    const output = openSync(log, 'a', 0o600);
    this.record('boot');
    this.process = spawn(command, args, { cwd: '/', detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    this.process.unref();
    const code = await exitCode(this.process);
    this.process = undefined;
    return code;
  }

  private async waitForRelease(): Promise<void> {
    this.record('boot held');
    await new Promise<void>((resolve) => (this.release = resolve));
    this.release = undefined;
  }

  private async firstProcess(): Promise<{ pid: number; name: string } | undefined> {
    const nspawn = await onlyChild(this.process?.pid);
    const pid = await onlyChild(nspawn);
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    // Until systemd-nspawn has made the host's own process namespace, its child is a helper outside of it.
    if (pid === undefined || !/^NSpid:.*\t1$/m.test(status)) return undefined;
    return { pid, name: /^Name:\t(.*)$/m.exec(status)?.[1] ?? '' };
  }

  /** Waits for the host's systemd. */
  async untilStarted(): Promise<number> {
    const leader = async (): Promise<number | undefined> => {
      if (!this.on)
        throw new Error(`${this.options.name} did not boot: ${this.fault}\n${this.consoleTail()}`);
      return this.leader();
    };
    return waitUntil(leader, { timeoutMs: START_TIMEOUT_MS, what: `${this.options.name} to start` });
  }
}

/** Null when it was killed or could not be started; the log tells which. */
function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended at this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function onlyChild(pid: number | undefined): Promise<number | undefined> {
  if (pid === undefined) return undefined;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return Number(children.trim().split(' ')[0]) || undefined;
}
