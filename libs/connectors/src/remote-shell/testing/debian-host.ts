import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunnerStep } from '../runner-protocol';
import { HttpFiles } from './http-files';
import { type AttemptRan, PrivateRoot } from './private-root';

/** A package as its maintainer writes it. */
export interface DebianPackage {
  name: string;
  version: string;
  /** More lines of its control file, such as `Depends: x`. */
  control?: readonly string[];
  /** Maintainer scripts by name. */
  scripts?: Readonly<Record<string, string>>;
  /** Files by path; those below /etc are conffiles. */
  files?: Readonly<Record<string, string>>;
  archive?: 'main' | 'security';
}

const LABELS = { main: ['Debian', 'stable'], security: ['Debian-Security', 'stable-security'] } as const;

/** A Debian host with an empty package database, in a private root, and the archives that it updates from. */
export class DebianHost {
  private readonly packages = new Map<string, { archive: string; stanza: string }>();
  private job = 0;

  private constructor(
    readonly root: PrivateRoot,
    readonly mirror: HttpFiles,
  ) {}

  static async start(): Promise<DebianHost> {
    const own = ['/var/lib/dpkg', '/var/lib/apt', '/var/cache/apt', '/etc/apt'];
    const host = new DebianHost(await PrivateRoot.start(...own), await HttpFiles.start());
    for (const folder of ['info', 'updates', 'triggers', 'alternatives'])
      mkdirSync(host.root.path(`/var/lib/dpkg/${folder}`), { recursive: true });
    for (const folder of ['/etc/apt/preferences.d', '/etc/apt/apt.conf.d', '/var/cache/apt/archives/partial'])
      mkdirSync(host.root.path(folder), { recursive: true });
    host.root.write('/var/lib/dpkg/status', '');
    host.root.write('/var/lib/dpkg/available', '');
    const archives = Object.keys(LABELS).map((name) => `deb [trusted=yes] ${host.mirror.url}/${name} ./\n`);
    host.root.write('/etc/apt/sources.list', archives.join(''));
    host.root.write('/etc/apt/apt.conf', 'APT::Sandbox::User "root";\nAcquire::Languages "none";\n');
    // The machine's own one, if it has it, would look at the machine.
    host.root.write('/usr/sbin/needrestart', '#!/bin/sh\ncat /needrestart 2>/dev/null\n', 0o755);
    host.publish();
    return host;
  }

  /** Puts packages into their archives. */
  publish(...packages: DebianPackage[]): void {
    for (const each of packages) this.add(each);
    for (const [archive, [label, suite]] of Object.entries(LABELS)) {
      const stanzas = [...this.packages.values()].filter((entry) => entry.archive === archive);
      const index = Buffer.from(stanzas.map(({ stanza }) => `${stanza}\n\n`).join(''));
      const about = ` ${digest(index)} ${index.length} Packages`;
      const release = [
        `Origin: Debian`,
        `Label: ${label}`,
        `Suite: ${suite}`,
        `Date: ${new Date().toUTCString()}`,
      ];
      this.mirror.files.set(`/${archive}/./Packages`, index);
      this.mirror.files.set(
        `/${archive}/./Release`,
        Buffer.from([...release, 'SHA256:', about, ''].join('\n')),
      );
    }
  }

  /** Installs packages that are in an archive, in these versions. */
  async install(...names: string[]): Promise<void> {
    await this.root.must('apt-get', '-q', 'update');
    await this.root.must('apt-get', '-q', '-y', 'install', ...names);
  }

  /** A job `@patch apt` with these options, or other steps; each call is a new job. */
  patch(...options: string[]): Promise<AttemptRan> {
    return this.attempt({ mode: 'do', timeoutMs: 60_000, argv: ['@patch', 'apt', ...options] });
  }

  attempt(...steps: RunnerStep[]): Promise<AttemptRan> {
    this.job += 1;
    return this.root.attempt(`CHG1/patch-srv-${this.job}/1`, ...steps);
  }

  /** `<status letters> <version>` of a package. */
  async state(name: string): Promise<string> {
    const { stdout } = await this.root.run('dpkg-query', '-W', '-f', '${db:Status-Abbrev}${Version}', name);
    return stdout;
  }

  async stop(): Promise<void> {
    await this.root.stop();
    await this.mirror.stop();
  }

  private add({
    name,
    version,
    control = [],
    scripts = {},
    files = {},
    archive = 'main',
  }: DebianPackage): void {
    const home = mkdtempSync(join(tmpdir(), 'patchtide-deb-'));
    const put = (path: string, text: string, mode = 0o644) => {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text, { mode });
    };
    const fields = [`Package: ${name}`, `Version: ${version}`, 'Architecture: all', ...control];
    put(
      'tree/DEBIAN/control',
      [...fields, 'Maintainer: A <a@example.org>', 'Description: a test', ''].join('\n'),
    );
    for (const [script, text] of Object.entries(scripts))
      put(`tree/DEBIAN/${script}`, `#!/bin/sh\n${text}\n`, 0o755);
    for (const [path, text] of Object.entries(files)) put(join('tree', path), text);
    const conffiles = Object.keys(files).filter((path) => path.startsWith('/etc/'));
    if (conffiles.length > 0) put('tree/DEBIAN/conffiles', conffiles.map((path) => `${path}\n`).join(''));
    const options = ['--root-owner-group', '-Zgzip', '-z1'];
    execFileSync('dpkg-deb', [...options, '-b', join(home, 'tree'), join(home, 'deb')]);
    const deb = readFileSync(join(home, 'deb'));
    const stanza = execFileSync('dpkg-deb', ['-f', join(home, 'deb')]).toString();
    rmSync(home, { recursive: true });
    const path = `./${name}_${version.replace(':', '-')}_all.deb`;
    this.mirror.files.set(`/${archive}/${path}`, deb);
    const more = `Filename: ${path}\nSize: ${deb.length}\nSHA256: ${digest(deb)}`;
    this.packages.set(`${archive} ${name} ${version}`, { archive, stanza: `${stanza.trimEnd()}\n${more}` });
  }
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
