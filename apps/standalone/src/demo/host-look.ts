import type { RealHost } from '@patchtide/real-fleet';

/** A booted host at one moment, seen past its sshd and past Patchtide. */
export interface HostLook {
  readonly host: string;
  readonly bootId: string;
  readonly bootCount: number;
  /** Installed versions by package. */
  readonly packages: ReadonlyMap<string, string>;
  readonly dpkgLog: string;
}

/** A package whose version is another one than before; null: not installed. */
export interface VersionChange {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

export async function lookAt(host: RealHost): Promise<HostLook> {
  const list = await host.execOrThrow([
    ...['dpkg-query', '-W', '-f', '${db:Status-Status} ${Package} ${Version}\\n'],
  ]);
  const installed = list.split('\n').flatMap((line): [string, string][] => {
    const [status, name = '', version = ''] = line.split(' ');
    return status === 'installed' ? [[name, version]] : [];
  });
  return {
    host: host.name,
    bootId: await host.bootId(),
    bootCount: host.bootCount,
    packages: new Map(installed),
    dpkgLog: (await host.readFile('/var/log/dpkg.log')) ?? '',
  };
}

/** Every package that changed between two looks at a host. */
export function versionChanges(before: HostLook, after: HostLook): VersionChange[] {
  const names = [...new Set([...before.packages.keys(), ...after.packages.keys()])].sort();
  return names
    .map((name) => ({
      name,
      from: before.packages.get(name) ?? null,
      to: after.packages.get(name) ?? null,
    }))
    .filter(({ from, to }) => from !== to);
}

/** The packages that dpkg installed, upgraded or removed more than once between two looks, by its own log. */
export function changedTwice(before: HostLook, after: HostLook): string[] {
  const written = after.dpkgLog.slice(before.dpkgLog.length);
  const changed = [...written.matchAll(/^\S+ \S+ (?:install|upgrade|remove) ([^: ]+)/gm)].map(
    ([, name = '']) => name,
  );
  return [...new Set(changed.filter((name, at) => changed.indexOf(name) !== at))];
}
