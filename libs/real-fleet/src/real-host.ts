import { readFile } from 'node:fs/promises';
import { waitUntil } from '@patchtide/embedded';
import { canConnect } from './can-connect';
import { type CommandResult, runOrThrow } from './command';
import { type ExecOptions, execIn } from './host-exec';
import type { HostIdentity } from './host-identity';
import type { HostDisk } from './host-disk';
import { hostScript } from './host-script';
import type { HostEvent, Machine } from './machine';
import type { PublishOptions, Release } from './package-repository';

const UP_TIMEOUT_MS = 90_000;
const OFF_TIMEOUT_MS = 120_000;
const SCRIPT_TIMEOUT_MS = 20_000;
const LOCK_UNIT = 'hold-dpkg-lock.service';
// apt and dpkg take their lock with fcntl, which no shell program does.
const LOCK_DPKG =
  "import fcntl, time; f = open('/var/lib/dpkg/lock-frontend', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(3600)";

/** What a host is made of. */
export interface RealHostParts {
  identity: HostIdentity;
  block: number;
  machine: Machine;
  disk: HostDisk;
  /** Writes everything onto a fresh disk that the host has before its first boot. */
  prepare: () => Promise<void>;
  /** Runs once on the fresh host when it is up. */
  setUp: (host: RealHost) => Promise<void>;
  publish: (release: Release, options?: PublishOptions) => Promise<void>;
}

/** A booted Debian 12 host, seen and handled from outside, past its sshd. */
export class RealHost {
  private saved = false;

  constructor(private readonly parts: RealHostParts) {}

  get name(): string {
    return this.parts.identity.name;
  }

  get address(): string {
    return this.parts.identity.address;
  }

  /** The port of its sshd. */
  get port(): number {
    return this.parts.identity.port;
  }

  /** What happened to it, in order, as seen from outside. */
  get history(): readonly HostEvent[] {
    return this.parts.machine.history;
  }

  get bootCount(): number {
    return this.parts.machine.bootCount;
  }

  /** The public half of its host key, as ssh-keygen writes it. */
  get hostKey(): string {
    return this.parts.identity.hostKey.publicKey;
  }

  /** Gives it a fresh disk, boots it and sets it up. */
  async create(): Promise<void> {
    await this.parts.disk.make();
    await this.parts.prepare();
    await this.powerOn();
    await this.parts.setUp(this);
  }

  /** Runs a command as root on the host, not through sshd. Rejects when the host is down. */
  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<CommandResult> {
    return execIn(await this.leader(), argv, options);
  }

  /** Like `exec`; resolves with the standard output, and rejects unless the command ended with code 0. */
  async execOrThrow(argv: readonly string[], options: ExecOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.exec(argv, options);
    if (code === 0) return stdout;
    throw new Error(`\`${argv.join(' ')}\` on ${this.name} ended with code ${code}: ${stdout}${stderr}`);
  }

  /** The id of this boot. Rejects when the host is down. */
  async bootId(): Promise<string> {
    // Read from here: it is asked for while the host shuts down, when no process should be started there.
    return (
      await readFile(`/proc/${await this.leader()}/root/proc/sys/kernel/random/boot_id`, 'utf8')
    ).trim();
  }

  /** The installed version; undefined when dpkg does not know the package, or knows it as anything but installed. */
  async packageVersion(name: string): Promise<string | undefined> {
    const { stdout } = await this.exec(['dpkg-query', '-W', '-f', '${db:Status-Status} ${Version}', name]);
    const [status, version] = stdout.split(' ');
    return status === 'installed' ? version : undefined;
  }

  /** systemd's ActiveState, or `not-found`. */
  async unitState(name: string): Promise<string> {
    const show = await this.execOrThrow(['systemctl', 'show', '-p', 'LoadState', '-p', 'ActiveState', name]);
    const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(show)?.[1] ?? '';
    return value('LoadState') === 'not-found' ? 'not-found' : value('ActiveState');
  }

  /** Writes a file on the running host. */
  async writeFile(path: string, text: string): Promise<void> {
    await this.execOrThrow(['sh', '-c', 'mkdir -p "$(dirname "$1")" && cat > "$1"', 'write', path], {
      input: text,
    });
  }

  /** The content of a file on the running host; undefined when there is none. */
  async readFile(path: string): Promise<string | undefined> {
    const { code, stdout } = await this.exec(['cat', path]);
    return code === 0 ? stdout : undefined;
  }

  /** Offers this host alone a release of our packages. */
  publish(release: Release, options?: PublishOptions): Promise<void> {
    return this.parts.publish(release, options);
  }

  /** Settles when the host has finished booting and its sshd answers. */
  async untilUp(timeoutMs = UP_TIMEOUT_MS): Promise<void> {
    const { machine } = this.parts;
    const options = { timeoutMs, what: `${this.name} to be up`, intervalMs: 50 };
    await waitUntil(() => this.isUp(), options).catch((error: unknown) => {
      throw new Error(`${String(error)}; its console says:\n${machine.consoleTail()}`, { cause: error });
    });
    machine.recordUp();
  }

  /** Switches it on and waits until it is up. */
  async powerOn(): Promise<void> {
    this.parts.machine.start();
    await this.parts.machine.untilStarted();
    await this.untilUp();
  }

  /** Shuts it down in order. It stays off until `powerOn`. */
  async powerOff(): Promise<void> {
    await this.exec(['systemctl', 'poweroff']);
    await this.parts.machine.off(OFF_TIMEOUT_MS);
  }

  /** Kills it at once, like a pulled plug. It stays off until `powerOn`; what it had written stays. */
  cutPower(): Promise<void> {
    return this.parts.machine.cutPower();
  }

  /** The next reboot goes down and does not come back, until `releaseBoot`. */
  holdBoot(): void {
    this.parts.machine.hold();
  }

  releaseBoot(): void {
    this.parts.machine.letGo();
  }

  /** Stops every process where it is: connections stay open and nothing answers. */
  async freeze(): Promise<void> {
    await this.switchFreezer('1');
    this.parts.machine.record('frozen');
  }

  async thaw(): Promise<void> {
    await this.switchFreezer('0');
    this.parts.machine.record('thawed');
  }

  /** Kills sshd with all its sessions. What they had started runs on, as after a network failure. */
  async cutSsh(): Promise<void> {
    await this.exec(['systemctl', 'kill', '--signal=KILL', '--kill-whom=main', 'ssh.service']);
    await this.exec(['systemctl', 'stop', 'ssh.service']);
    await this.exec(['pkill', '-KILL', '-x', 'sshd']);
  }

  async restoreSsh(): Promise<void> {
    await this.execOrThrow(['systemctl', 'start', 'ssh.service']);
  }

  /** Leaves no byte free on its disk. */
  fillDisk(): Promise<void> {
    return this.parts.disk.fill();
  }

  freeDisk(): Promise<void> {
    return this.parts.disk.free();
  }

  /** Holds the lock of apt and dpkg, as another upgrade that runs would. */
  async lockDpkg(): Promise<void> {
    const unit = ['systemd-run', '--quiet', `--unit=${LOCK_UNIT}`];
    await this.execOrThrow([...unit, 'python3', '-c', LOCK_DPKG]);
    const held = async (): Promise<boolean> =>
      (await this.execOrThrow(['journalctl', '-u', LOCK_UNIT, '-o', 'cat'])).includes('held');
    await waitUntil(held, { timeoutMs: SCRIPT_TIMEOUT_MS, what: `the dpkg lock of ${this.name}` });
  }

  async unlockDpkg(): Promise<void> {
    await this.execOrThrow(['systemctl', 'stop', LOCK_UNIT]);
  }

  /** Back to the state after `save`, or to the first one. Takes a boot, one or two seconds. */
  async reset(): Promise<void> {
    await this.cutPower();
    if (!this.saved) return this.create();
    await this.parts.disk.make();
    await this.powerOn();
  }

  /** Makes the present state the one that `reset` goes back to. The host is shut down and booted for it. */
  async save(): Promise<void> {
    await this.powerOff();
    await this.parts.disk.save();
    this.saved = true;
    await this.powerOn();
  }

  private async leader(): Promise<number> {
    const leader = await this.parts.machine.leader();
    if (leader === undefined) throw new Error(`${this.name} is down`);
    return leader;
  }

  private async isUp(): Promise<boolean> {
    if ((await this.parts.machine.leader()) === undefined) return false;
    const { stdout } = await this.exec(['systemctl', 'is-system-running', '--wait']).catch(() => ({
      stdout: '',
    }));
    if (!['running', 'degraded'].includes(stdout.trim())) return false;
    return canConnect(this.address, this.port);
  }

  private async switchFreezer(to: '0' | '1'): Promise<void> {
    await runOrThrow(['sh', hostScript('freeze.sh'), `${this.parts.block}`, this.name, to], {
      timeoutMs: SCRIPT_TIMEOUT_MS,
    });
  }
}
