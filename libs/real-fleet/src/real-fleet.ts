import type { KeyPair } from './keys';
import type { Namespaces } from './namespaces';
import type { PublishOptions, Release } from './package-repository';
import type { RealHost } from './real-host';

/** What a fleet is made of. */
export interface RealFleetParts {
  hosts: readonly RealHost[];
  namespaces: Namespaces;
  clientKey: KeyPair;
  knownHostsPath: string;
}

/** Booted hosts with one key to log in. They end with us, however we end. */
export class RealFleet {
  /** Logs in with the key; root does too. May do everything by `sudo -n`. */
  readonly user = 'patchtide';

  constructor(private readonly parts: RealFleetParts) {}

  get hosts(): readonly RealHost[] {
    return this.parts.hosts;
  }

  get privateKeyPath(): string {
    return this.parts.clientKey.privateKeyPath;
  }

  /** A known_hosts file with the key of every host. */
  get knownHostsPath(): string {
    return this.parts.knownHostsPath;
  }

  host(name: string): RealHost {
    const found = this.parts.hosts.find((host) => host.name === name);
    if (!found) throw new Error(`the fleet has no host ${name}`);
    return found;
  }

  /** Offers all hosts a release of our packages; nothing is installed by it. */
  async publish(release: Release, options?: PublishOptions): Promise<void> {
    for (const host of this.hosts) await host.publish(release, options);
  }

  /** All hosts: see `RealHost.save`. */
  async save(): Promise<void> {
    await all(this.hosts, (host) => host.save());
  }

  /** All hosts: see `RealHost.reset`. */
  async reset(): Promise<void> {
    // All down first: a host that is set up again must not meet a neighbour that is about to go.
    await all(this.hosts, (host) => host.cutPower());
    await all(this.hosts, (host) => host.reset());
  }

  /** Kills every host and removes all that was made for the fleet. May be called again. */
  async stop(): Promise<void> {
    await this.parts.namespaces.close();
  }
}

/** Does something with all hosts at once, lets all of them finish, and tells everything that went wrong. */
export async function all(
  hosts: readonly RealHost[],
  work: (host: RealHost) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(hosts.map(work));
  const faults = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
