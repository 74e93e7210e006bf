import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ensureDebianPackage } from './debian-package';
import { FakeHost } from './fake-host';
import { type GuardedProcess, startGuarded } from './guarded-process';
import { runOrThrow } from './run-command';
import { serverHome } from './server-home';
import { startServer } from './start-server';

const READY_TIMEOUT_MS = 20_000;
const SCRIPT_TIMEOUT_MS = 20_000;
const PROGRAMS = join(__dirname, '..', 'fake-host');

export interface SshdOptions {
  /** Loopback addresses, each a host of its own, e.g. 127.0.2.1. Other addresses in 127/8 are not let in. */
  addresses: readonly string[];
}

/** A real OpenSSH sshd that plays one host per address. It ends with us, however we end. */
export interface RunningSshd {
  port: number;
  user: string;
  /** Path of the only key that is let in. */
  privateKey: string;
  /** The host key for every address, as known_hosts text. */
  knownHosts: string;
  /** Where clients put the step runner; the journals are kept apart per address by PATCHTIDE_ROOT. */
  root: string;
  /** What an address has of a host: units, packages, journals, the log of executions. */
  host(address: string): FakeHost;
  /** Cuts the connections to one address, or all. What runs there runs on, as after a network failure. */
  cutConnections(address?: string): Promise<void>;
  /** Stops the daemon, its connections and everything that runs on the hosts, and removes the files. */
  stop(): Promise<void>;
}

/**
 * Starts Debian's sshd on a free port of the loopback interface, with limits as Debian ships them, key login only and
 * a fresh host key. Every address has its own fake systemctl, apt-get and reboot first on the PATH. Needs root.
 */
export async function startSshd(options: SshdOptions): Promise<RunningSshd> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'startSshd needs root: only root may bind sshd to the loopback interface. Run it as root.',
    );
  }
  const command = await ensureDebianPackage('sshd', 'openssh-server');
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const home = await serverHome(undefined, 'sshd');
  const hosts = new Map(options.addresses.map((address) => [address, fakeHost(home.directory, address)]));
  await prepare(home.directory, [...hosts.values()]);
  const server = await startServer(home, {
    name: 'sshd',
    port: undefined,
    timeoutMs: READY_TIMEOUT_MS,
    launch: (at) => launch(command, home.directory, at, hosts),
    // Its own word, not a greeting on the port: that could come from a stranger who was faster.
    ready: async (at, { logTail }) => logTail().includes(`Server listening on 0.0.0.0 port ${at}`),
  });
  const { port } = server;
  const cutConnections = (address?: string): Promise<void> =>
    script('cut-connections.sh', [`${port}`, ...(address === undefined ? [] : [address])]);
  return {
    port,
    user: userInfo().username,
    privateKey: join(home.directory, 'client-key'),
    knownHosts: await knownHosts(home.directory, port, options.addresses),
    root: join(home.directory, 'runner'),
    host: (address) => known(hosts, address),
    cutConnections,
    stop: async () => {
      await cutConnections();
      await script('kill-processes.sh', [hostsIn(home.directory)]);
      await server.stop();
    },
  };
}

function hostsIn(directory: string): string {
  return join(directory, 'hosts');
}

function fakeHost(directory: string, address: string): FakeHost {
  return new FakeHost(address, join(hostsIn(directory), address));
}

function known(hosts: Map<string, FakeHost>, address: string): FakeHost {
  const host = hosts.get(address);
  if (host === undefined) throw new Error(`this sshd was not started for ${address}`);
  return host;
}

/** Keys, programs (copied, so that they are executable whatever became of their file modes) and hosts. */
async function prepare(directory: string, hosts: FakeHost[]): Promise<void> {
  for (const name of ['host-key', 'client-key']) {
    const args = ['-q', '-t', 'ed25519', '-N', '', '-C', 'patchtide', '-f', join(directory, name)];
    await runOrThrow('ssh-keygen', args, { timeoutMs: SCRIPT_TIMEOUT_MS });
  }
  const programs = join(directory, 'programs');
  await cp(PROGRAMS, programs, { recursive: true });
  await runOrThrow('sh', ['-c', 'chmod 755 "$1"/*', 'chmod', join(programs, 'bin')], {
    timeoutMs: SCRIPT_TIMEOUT_MS,
  });
  await mkdir(join(directory, 'runner'));
  for (const host of hosts) await host.create();
}

async function launch(
  command: string,
  directory: string,
  port: number,
  hosts: Map<string, FakeHost>,
): Promise<GuardedProcess> {
  const file = join(directory, 'sshd_config');
  const global = [
    `ListenAddress 0.0.0.0:${port} rdomain lo`,
    `HostKey ${join(directory, 'host-key')}`,
    `AuthorizedKeysFile ${join(directory, 'client-key.pub')}`,
    'AuthenticationMethods publickey',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'PrintMotd no',
    'PrintLastLog no',
    // Lists of users add up: an address without a block of its own lets nobody in, where the real reboot would wait.
    'AllowUsers patchtide-nobody',
  ];
  const programs = join(directory, 'programs', 'bin');
  const perHost = [...hosts.values()].flatMap((host) => matchBlock(host, programs));
  await writeFile(file, [...global, ...perHost].join('\n').concat('\n'));
  await chmod(directory, 0o700);
  return startGuarded({
    command,
    args: ['-D', '-e', '-f', file],
    log: join(directory, 'sshd.log'),
    scratch: directory,
  });
}

/** The home is per host too: a login shell that finds no start files there starts faster and the same everywhere. */
function matchBlock(host: FakeHost, programs: string): string[] {
  const variables = {
    PATH: `${programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: host.directory,
    PATCHTIDE_HOST_STATE: host.directory,
    PATCHTIDE_ROOT: host.journalRoot,
    PATCHTIDE_BOOT_ID_FILE: host.bootIdFile,
    PATCHTIDE_REBOOT_REQUIRED_FILE: host.rebootRequiredFile,
    PATCHTIDE_UNIT_DIRECTORY: host.unitDirectory,
  };
  const settings = Object.entries(variables).map(([name, value]) => `"${name}=${value}"`);
  const user = userInfo().username;
  return [`Match LocalAddress ${host.address}`, `  AllowUsers ${user}`, `  SetEnv ${settings.join(' ')}`];
}

async function knownHosts(directory: string, port: number, addresses: readonly string[]): Promise<string> {
  const [type = '', key = ''] = (await readFile(join(directory, 'host-key.pub'), 'utf8')).split(' ');
  return addresses.map((address) => `[${address}]:${port} ${type} ${key}\n`).join('');
}

async function script(name: string, args: string[]): Promise<void> {
  await runOrThrow('sh', [join(PROGRAMS, name), ...args], { timeoutMs: SCRIPT_TIMEOUT_MS });
}
