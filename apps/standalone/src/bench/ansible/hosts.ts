import { cp, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ensureDebianPackage,
  FakeHost,
  freePort,
  type GuardedProcess,
  startGuarded,
  waitUntil,
} from '@patchtide/embedded';
import { cpuSeconds } from '../cpu-by-part';
import { withDescendants } from './meter';
import { underReaper } from './reaper';
import { execute } from './execute';

/** The programs of a simulated host, for the few servers that a plan has to patch. */
const FAKE_PROGRAMS = join(__dirname, '..', '..', '..', '..', '..', 'libs', 'embedded', 'fake-host');
const USER = 'patchtide-bench';
const READY_TIMEOUT_MS = 20_000;
const QUIET_TIMEOUT_MS = 30_000;
/** Hosts that share one service; see `estate.ts`. */
const HOSTS_PER_BASE = 50;

/** Loopback hosts behind one real sshd. */
export interface BenchHosts {
  readonly port: number;
  readonly user: string;
  /** Path of the only key that is let in. */
  readonly privateKey: string;
  /** Path of the known_hosts file. */
  readonly knownHosts: string;
  /** Where the hosts' step runner and journals go; they share a disk, as loopback hosts do. */
  readonly root: string;
  /** Addresses of the hosts to be worked on. */
  readonly addresses: readonly string[];
  /** Servers beside them that a plan patches with simulated packages. */
  readonly bases: readonly string[];
  /** CPU seconds of sshd and everything that ran on the hosts so far. Waits until all connections have ended. */
  readonly cpuSeconds: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts sshd on a free loopback port in the folder, with room for everybody at once. The journals may have a folder of
 * their own. Needs root.
 */
export async function startBenchHosts(folder: string, count: number, journals = folder): Promise<BenchHosts> {
  if (process.getuid?.() !== 0)
    throw new Error('the hosts need root: only root may bind sshd to the loopback interface');
  const sshd = await ensureDebianPackage('sshd', 'openssh-server');
  const addresses = Array.from({ length: count }, (_, n) => `127.1.${Math.floor(n / 250)}.${(n % 250) + 1}`);
  const bases = Array.from({ length: Math.ceil(count / HOSTS_PER_BASE) }, (_, n) => `127.2.0.${n + 1}`);
  const root = await mkdtemp(join(journals, 'runner-'));
  await addUser(join(folder, 'home'));
  const clear = async (): Promise<void> => {
    await removeUser();
    await rm(root, { recursive: true, force: true });
  };
  try {
    const settings = await prepare(folder, bases);
    await execute('chown', [`${USER}:`, root]);
    const port = await freePort();
    const knownHosts = await writeKnownHosts(folder, port, [...addresses, ...bases]);
    const config = join(folder, 'sshd_config');
    await writeFile(config, [`ListenAddress 0.0.0.0:${port} rdomain lo`, ...settings, ''].join('\n'));
    const daemon = await startDaemon(folder, [sshd, '-D', '-e', '-f', config]);
    const access = { port, user: USER, privateKey: join(folder, 'client-key'), knownHosts };
    const stop = (): Promise<void> => daemon.stop().then(clear);
    return {
      ...access,
      root,
      addresses,
      bases,
      cpuSeconds: () => cpuOf(daemon),
      stop,
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** A user whose shell is /bin/sh: root's is often bash, which reads its start files for every command. */
async function addUser(home: string): Promise<void> {
  const exists = await execute('getent', ['passwd']).then((text) => text.includes(`\n${USER}:`));
  // What a killed run has left. The password "*" lets nobody in, and unlike "!" does not lock the account for keys.
  if (exists) await removeUser();
  const options = ['--system', '--user-group', '--shell', '/bin/sh', '--password', '*', '--home-dir', home];
  await execute('useradd', [...options, USER]);
  await mkdir(home);
  await execute('chown', [`${USER}:`, home]);
}

async function removeUser(): Promise<void> {
  await execute('userdel', [USER]);
}

async function prepare(folder: string, bases: readonly string[]): Promise<string[]> {
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  for (const name of ['host-key', 'client-key']) {
    await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  }
  const programs = join(folder, 'programs');
  await cp(FAKE_PROGRAMS, programs, { recursive: true });
  await execute('sh', ['-c', 'chmod 755 "$1"/*', 'chmod', join(programs, 'bin')]);
  await chmod(programs, 0o755);
  const hosts = bases.map((address) => new FakeHost(address, join(folder, address)));
  for (const host of hosts) await host.create();
  await execute('chown', ['-R', `${USER}:`, ...hosts.map(({ directory }) => directory)]);
  return [
    `HostKey ${join(folder, 'host-key')}`,
    `AuthorizedKeysFile ${join(folder, 'client-key.pub')}`,
    ...[
      'AuthenticationMethods publickey',
      `AllowUsers ${USER}`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
    ],
    ...['PrintMotd no', 'PrintLastLog no', 'MaxStartups 400:30:800', 'MaxSessions 100'],
    ...hosts.flatMap((host) => baseSettings(host, join(programs, 'bin'))),
  ];
}

function baseSettings(host: FakeHost, programs: string): string[] {
  const variables = {
    PATH: `${programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    PATCHTIDE_HOST_STATE: host.directory,
    PATCHTIDE_ROOT: host.journalRoot,
    PATCHTIDE_BOOT_ID_FILE: host.bootIdFile,
    PATCHTIDE_REBOOT_REQUIRED_FILE: host.rebootRequiredFile,
    PATCHTIDE_UNIT_DIRECTORY: host.unitDirectory,
  };
  const settings = Object.entries(variables).map(([name, value]) => `"${name}=${value}"`);
  return [`Match LocalAddress ${host.address}`, `  SetEnv ${settings.join(' ')}`];
}

async function startDaemon(folder: string, sshd: readonly string[]): Promise<GuardedProcess> {
  const [command = '', ...args] = await underReaper(join(folder, 'sshd-figures.json'), sshd);
  const daemon = await startGuarded({
    command,
    args,
    log: join(folder, 'sshd.log'),
  });
  const isUp = async (): Promise<boolean> => {
    if (daemon.ended()) throw new Error(`sshd ended at once:\n${daemon.logTail()}`);
    return daemon.logTail(200).includes('Server listening on');
  };
  await waitUntil(isUp, { timeoutMs: READY_TIMEOUT_MS, what: 'sshd to listen' });
  return daemon;
}

async function writeKnownHosts(folder: string, port: number, addresses: readonly string[]): Promise<string> {
  const [type = '', key = ''] = (await readFile(join(folder, 'host-key.pub'), 'utf8')).split(' ');
  const file = join(folder, 'known_hosts');
  await writeFile(file, addresses.map((address) => `[${address}]:${port} ${type} ${key}\n`).join(''));
  return file;
}

/** Waits until the reaper and sshd themselves are the only processes left. */
async function cpuOf(daemon: GuardedProcess): Promise<number> {
  await waitUntil(async () => withDescendants([daemon.pid]).length <= 2, {
    timeoutMs: QUIET_TIMEOUT_MS,
    what: 'everything on the hosts to end',
  });
  return cpuSeconds(new Map([['sshd', daemon.pid]]))['sshd'] ?? 0;
}
