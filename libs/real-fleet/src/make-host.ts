import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HostDisk } from './host-disk';
import { newMachineId, writeIdentity, writeTree } from './host-identity';
import { hostScript } from './host-script';
import { type KeyPair, makeKey } from './keys';
import { Machine } from './machine';
import type { Namespaces } from './namespaces';
import type { PackageRepository } from './package-repository';
import { RealHost } from './real-host';

const INSTALL_TIMEOUT_MS = 120_000;

/** One host of a fleet. Everything here is there again after a `reset`. */
export interface HostSpec {
  /** Letters, digits and dashes; also its host name. */
  name: string;
  /** Our packages that are installed before the first boot, as release 1. */
  packages?: readonly string[];
  /** Files by absolute path, written before the packages. Gets the address of every host of the fleet. */
  files?: (addressOf: (name: string) => string) => Readonly<Record<string, string>>;
  /** Runs once, when the host is up for the first time. */
  setup?: (host: RealHost) => Promise<void>;
}

/** What all hosts of a fleet have in common. */
export interface Ground {
  folder: string;
  namespaces: Namespaces;
  base: string;
  clientKey: KeyPair;
  repository: PackageRepository;
  sshPort: number;
  addressOf: (name: string) => string;
  /** The text of /etc/hosts. */
  neighbours: string;
}

/** Makes a host with an identity and its own view of the packages, at release 1; `create` boots it. */
export async function makeHost(spec: HostSpec, ground: Ground): Promise<RealHost> {
  const { namespaces, repository } = ground;
  const folder = join(ground.folder, 'hosts', spec.name);
  await mkdir(folder, { recursive: true });
  const disk = new HostDisk(namespaces, folder, ground.base);
  const identity = {
    name: spec.name,
    address: ground.addressOf(spec.name),
    port: ground.sshPort,
    machineId: newMachineId(),
    hostKey: await makeKey(join(folder, 'host-key')),
  };
  await repository.publish(spec.name, '1');
  const machine = new Machine(namespaces, {
    name: spec.name,
    root: disk.root,
    binds: [`${repository.view(spec.name)}:/srv/patchtide-apt`],
    log: join(folder, 'console.log'),
  });
  const prepare = async (): Promise<void> => {
    const root = disk.rootSeenFromOutside;
    await writeIdentity(root, identity, {
      clientKey: ground.clientKey.publicKey,
      neighbours: ground.neighbours,
    });
    await writeTree(root, spec.files?.(ground.addressOf) ?? {});
    await installOffline(ground, disk, spec.packages ?? []);
  };
  return new RealHost({
    identity,
    block: namespaces.block,
    machine,
    disk,
    prepare,
    setUp: async (host) => spec.setup?.(host),
    publish: (release, options) => repository.publish(spec.name, release, options),
  });
}

/** dpkg in the host's tree before it boots: faster than apt on the running host, and services start with the boot. */
async function installOffline(ground: Ground, disk: HostDisk, packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return;
  const files = packages.map((name) => ground.repository.file(name, '1'));
  const argv = ['sh', hostScript('install-packages.sh'), disk.root, ...files];
  await ground.namespaces.run(argv, { timeoutMs: INSTALL_TIMEOUT_MS });
}
