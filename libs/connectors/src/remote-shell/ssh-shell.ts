import { setMaxListeners } from 'node:events';
import { utils } from 'ssh2';
import { isWindows, plainLine } from '../windows/windows-host';
import { Deadline, pause, unlessAborted } from './deadline';
import { quote } from './quote';
import {
  type CommandResult,
  type RemoteHost,
  type RemoteShell,
  type RunOptions,
  Unreachable,
} from './remote-shell';
import { Slots } from './slots';
import { connectSsh, type SshIdentity } from './ssh-connect';
import { type Call, SshConnection } from './ssh-connection';

export interface SshShellOptions extends Pick<SshIdentity, 'user' | 'privateKey' | 'hostKeys'> {
  /** Run everything as `sudo -n -- …`, but on Windows; the host's sudo rule decides what is allowed. Default false. */
  useSudo?: boolean;
  connectTimeoutMs?: number;
  keepaliveMs?: number;
  /** A connection without a command for this long is closed. */
  idleMs?: number;
  /** Logins in flight over all hosts: sshd, also that of a jump host, begins to drop them at random at ten. */
  handshakes?: number;
  /** How often a login that the host dropped is tried in all, with growing, jittered pauses. */
  attempts?: number;
  random?: () => number;
}

/** How long a silent host may keep others from logging in before its slot goes to the next one. */
const SLOT_FOR_SILENT_HOST_MS = 1000;
const FIRST_PAUSE_MS = 150;

const DEFAULTS = {
  useSudo: false,
  connectTimeoutMs: 10_000,
  keepaliveMs: 5_000,
  idleMs: 60_000,
  handshakes: 10,
  attempts: 6,
  random: Math.random,
};

/** `RemoteShell` over SSH: one pooled connection per host, pinned host keys, key login, paced logins. */
export class SshShell implements RemoteShell {
  private readonly options: Required<SshShellOptions>;
  private readonly handshakes: Slots;
  private readonly pool = new Map<string, Promise<SshConnection>>();
  private readonly closing = new AbortController();

  /** Throws when the private key cannot be used. */
  constructor(options: SshShellOptions) {
    const key = utils.parseKey(options.privateKey);
    if (key instanceof Error)
      throw new Error(`The private key cannot be used: ${key.message}`, {
        cause: key,
      });
    this.options = { ...DEFAULTS, ...options };
    setMaxListeners(0, this.closing.signal);
    this.handshakes = new Slots(this.options.handshakes);
  }

  async run(host: RemoteHost, argv: readonly string[], options: RunOptions): Promise<CommandResult> {
    const { resident } = options;
    const call: Call = {
      line: this.lineFor(host, argv),
      ...(resident && { resident: { ...resident, line: this.lineFor(host, resident.argv) } }),
    };
    const deadline = new Deadline(options.signal, options.timeoutMs);
    try {
      const connection = await unlessAborted(this.connection(host), deadline.signal);
      return await connection.exec(call, options, deadline);
    } catch (error) {
      if (deadline.isExpired && error === deadline.signal.reason) {
        throw new Unreachable(
          host,
          'no-answer',
          `no connection or free channel within ${deadline.timeoutMs} ms`,
        );
      }
      throw error;
    } finally {
      deadline.clear();
    }
  }

  private lineFor(host: RemoteHost, argv: readonly string[]): string {
    if (isWindows(host)) return plainLine(argv);
    return quote(this.options.useSudo ? ['sudo', '-n', '--', ...argv] : argv);
  }

  async close(): Promise<void> {
    this.closing.abort(new Error('the shell was closed'));
    const connections = await Promise.allSettled(this.pool.values());
    for (const connection of connections) if (connection.status === 'fulfilled') connection.value.close();
  }

  private connection(host: RemoteHost): Promise<SshConnection> {
    const key = `${host.address}:${host.port}`;
    const pooled = this.pool.get(key);
    if (pooled !== undefined) return pooled;
    const forget = (): void => {
      if (this.pool.get(key) === opening) this.pool.delete(key);
    };
    const opening = this.open(host, forget);
    this.pool.set(key, opening);
    opening.catch(forget);
    return opening;
  }

  private async open(host: RemoteHost, onClose: () => void): Promise<SshConnection> {
    try {
      return await this.loginWithRetries(host, onClose);
    } catch (error) {
      if (this.closing.signal.aborted) throw new Unreachable(host, 'closed', 'the shell was closed');
      throw error;
    }
  }

  private async loginWithRetries(host: RemoteHost, onClose: () => void): Promise<SshConnection> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.login(host, onClose);
      } catch (error) {
        const wasDropped = error instanceof Unreachable && error.reason === 'dropped';
        if (!wasDropped || attempt >= this.options.attempts) throw error;
        const spread = 0.5 + this.options.random();
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1) * spread, this.closing.signal);
      }
    }
  }

  private async login(host: RemoteHost, onClose: () => void): Promise<SshConnection> {
    const release = await this.handshakes.acquire(this.closing.signal);
    const silent = setTimeout(release, SLOT_FOR_SILENT_HOST_MS);
    try {
      const client = await connectSsh(host, this.options, {
        signal: this.closing.signal,
        onConnected: () => clearTimeout(silent),
      });
      return new SshConnection(host, client, this.options.idleMs, onClose);
    } finally {
      clearTimeout(silent);
      release();
    }
  }
}
