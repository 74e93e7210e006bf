import { createHash } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runOrThrow } from './command';
import { hostScript } from './host-script';

const TIMEOUT_MS = 60_000;
const PACKAGES = join(__dirname, '..', 'packages');
const VERSIONS = { '1': '1.0', '2': '2.0' } as const;
const ARCHIVES = ['main', 'security'] as const;

/** Which release of our own packages hosts are offered: `1` is 1.0, `2` is 2.0 of every package. */
export type Release = keyof typeof VERSIONS;

type Archive = (typeof ARCHIVES)[number];

export interface PublishOptions {
  /** Only these packages; the others stay as they are offered now. Default: all. */
  only?: readonly string[];
  /** `security` publishes what scope `security` installs, as Debian's security archive does. Default `main`. */
  archive?: Archive;
}

interface BuiltPackage {
  name: string;
  version: string;
  file: string;
  /** Its entry in an index of packages. */
  stanza: string;
}

/**
 * A local apt repository, unsigned, with one view per host: `<folder>/<view>/{main,security}`. The packages are built on the
 * spot from the folder `packages/`, each in both versions.
 */
export class PackageRepository {
  private readonly offered = new Map<string, Record<Archive, BuiltPackage[]>>();

  private constructor(
    private readonly folder: string,
    private readonly built: readonly BuiltPackage[],
  ) {}

  /** Builds all packages, which takes less than a second, below a folder that is removed with the fleet. */
  static async build(folder: string): Promise<PackageRepository> {
    const pool = join(folder, 'pool');
    const argv = ['sh', hostScript('build-packages.sh'), PACKAGES, pool, ...Object.values(VERSIONS)];
    await runOrThrow(argv, { timeoutMs: TIMEOUT_MS });
    const files = (await readdir(pool)).sort();
    return new PackageRepository(
      join(folder, 'views'),
      await Promise.all(files.map((file) => describe(pool, file))),
    );
  }

  /** The folder that a host sees as /srv/patchtide-apt. */
  view(name: string): string {
    return join(this.folder, name);
  }

  /** Offers a release in a view, instead of what it offered of these packages before. */
  async publish(view: string, release: Release, options: PublishOptions = {}): Promise<void> {
    const { only, archive = 'main' } = options;
    const chosen = this.select(release, only);
    const before = this.offered.get(view) ?? { main: [], security: [] };
    const others = before[archive].filter(({ name }) => !chosen.some((each) => each.name === name));
    const offered = { ...before, [archive]: [...others, ...chosen] };
    this.offered.set(view, offered);
    for (const each of ARCHIVES) await this.writeArchive(join(this.view(view), each), each, offered[each]);
  }

  /** The file of a package in the version of a release. */
  file(name: string, release: Release): string {
    return this.select(release, [name])[0]?.file ?? '';
  }

  private select(release: Release, only?: readonly string[]): BuiltPackage[] {
    const all = this.built.filter(({ version }) => version === VERSIONS[release]);
    const unknown = only?.find((name) => !all.some((each) => each.name === name));
    if (unknown !== undefined) {
      throw new Error(
        `there is no package ${unknown}; the real fleet has ${all.map(({ name }) => name).join(', ')}`,
      );
    }
    return all.filter(({ name }) => only?.includes(name) ?? true);
  }

  private async writeArchive(folder: string, archive: Archive, packages: BuiltPackage[]): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const { file } of packages) await linkOnce(file, join(folder, basename(file)));
    const index = packages.map(({ stanza }) => `${stanza}\n`).join('\n');
    await replace(join(folder, 'Packages'), index);
    await replace(join(folder, 'Release'), releaseFile(archive, index));
  }
}

async function describe(pool: string, file: string): Promise<BuiltPackage> {
  const path = join(pool, file);
  const control = (await runOrThrow(['dpkg-deb', '--field', path], { timeoutMs: TIMEOUT_MS })).trim();
  const content = await readFile(path);
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1] ?? '';
  const facts = [`Filename: ./${file}`, `Size: ${content.length}`, `SHA256: ${sha256(content)}`];
  return {
    name: field('Package'),
    version: field('Version'),
    file: path,
    stanza: [control, ...facts].join('\n'),
  };
}

function releaseFile(archive: Archive, index: string): string {
  const security = archive === 'security';
  return [
    'Origin: Debian',
    `Label: ${security ? 'Debian-Security' : 'Debian'}`,
    `Suite: ${security ? 'stable-security' : 'stable'}`,
    `Codename: ${security ? 'bookworm-security' : 'bookworm'}`,
    `Date: ${new Date().toUTCString().replace('GMT', 'UTC')}`,
    'Architectures: all amd64 arm64',
    'SHA256:',
    ` ${sha256(index)} ${Buffer.byteLength(index)} Packages`,
    '',
  ].join('\n');
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function linkOnce(from: string, to: string): Promise<void> {
  await link(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** A reader sees the old text or the new one, never half of it. */
async function replace(path: string, text: string): Promise<void> {
  await rm(`${path}.part`, { force: true });
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
