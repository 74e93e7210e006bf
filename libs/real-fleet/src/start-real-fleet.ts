import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBase, type Progress } from './base';
import { makeKey } from './keys';
import { raiseLimits } from './limits';
import { type Ground, type HostSpec, makeHost } from './make-host';
import { Namespaces } from './namespaces';
import { PackageRepository } from './package-repository';
import { realFleetProblem } from './problem';
import { all, RealFleet } from './real-fleet';
import type { RealHost } from './real-host';
import { unlessAborted } from './unless-aborted';
import { usablePort } from './usable-port';

const SSH_PORT = 2022;
const MAX_HOSTS = 250;

export interface RealFleetOptions {
  hosts: readonly HostSpec[];
  /** Gets a line whenever something begins or ends that takes its time. Default: standard error. */
  progress?: Progress;
  /** Gives up; what was started is stopped. */
  signal?: AbortSignal;
}

/**
 * Boots Debian 12 hosts with systemd-nspawn, each with its own loopback address, sshd, apt and boot id, and returns when
 * all are up. Needs root; `realFleetProblem` tells whether it can work. The first start on a machine builds the base.
 */
export async function startRealFleet(options: RealFleetOptions): Promise<RealFleet> {
  const { hosts, progress = toStandardError, signal } = options;
  assertSpecs(hosts);
  const problem = realFleetProblem();
  if (problem !== null) throw new Error(problem);
  await raiseLimits(progress);
  const base = await ensureBase(progress, signal);
  const folder = await mkdtemp(join(tmpdir(), 'patchtide-real-fleet-'));
  const namespaces = await Namespaces.open(folder).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  try {
    const fleet = await assemble(namespaces, { folder, base, specs: hosts });
    await unlessAborted(bootAll(fleet, progress), signal);
    return fleet;
  } catch (error) {
    // Also ends the booting that we do not wait for any more.
    await namespaces.close();
    throw error;
  }
}

function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}

function assertSpecs(specs: readonly HostSpec[]): void {
  if (specs.length === 0 || specs.length > MAX_HOSTS) {
    throw new Error(`a fleet has 1 to ${MAX_HOSTS} hosts, not ${specs.length}`);
  }
  const names = specs.map(({ name }) => name);
  const bad = names.find((name) => !/^[a-z0-9][a-z0-9-]{0,62}$/.test(name));
  if (bad !== undefined)
    throw new Error(`"${bad}" is no host name: use lower case letters, digits and dashes`);
  if (new Set(names).size < names.length) throw new Error('two hosts of a fleet have the same name');
}

async function bootAll(fleet: RealFleet, progress: Progress): Promise<void> {
  const started = Date.now();
  progress(`Booting ${fleet.hosts.length} hosts`);
  await all(fleet.hosts, (host) => host.create());
  progress(`${fleet.hosts.length} hosts are up after ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Everything that is there before the first host boots. */
async function assemble(
  namespaces: Namespaces,
  { folder, base, specs }: { folder: string; base: string; specs: readonly HostSpec[] },
): Promise<RealFleet> {
  const addresses = new Map(specs.map(({ name }, index) => [name, `127.0.${namespaces.block}.${index + 1}`]));
  const clientKey = await makeKey(join(folder, 'client-key'));
  const ground: Ground = {
    ...{ folder, base, namespaces, clientKey },
    repository: await PackageRepository.build(join(folder, 'apt')),
    sshPort: await usablePort(SSH_PORT),
    addressOf: (name) => {
      const address = addresses.get(name);
      if (address === undefined) throw new Error(`the fleet has no host ${name}`);
      return address;
    },
    neighbours: ['127.0.0.1 localhost', ...[...addresses].map(([name, at]) => `${at} ${name}`)].join('\n'),
  };
  const hosts = await Promise.all(specs.map((spec) => makeHost(spec, ground)));
  const knownHostsPath = join(folder, 'known_hosts');
  const line = ({ address, port, hostKey }: RealHost): string => `[${address}]:${port} ${hostKey}\n`;
  await writeFile(knownHostsPath, hosts.map(line).join(''));
  return new RealFleet({ hosts, namespaces, clientKey, knownHostsPath });
}
