import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunnerStep } from '../runner-protocol';
import { HttpFiles } from './http-files';
import { type AttemptRan, PrivateRoot } from './private-root';

/** A package as its maintainer writes it. */
export interface RpmPackage {
  name: string;
  version: string;
  /** More lines of its head, such as `Requires: x`. */
  head?: readonly string[];
  /** Scripts by section, such as `post`. */
  scripts?: Readonly<Record<string, string>>;
  /** Configuration files by path. */
  files?: Readonly<Record<string, string>>;
}

/** Says in the repository that a version of a package is a security update. */
export interface Advisory {
  package: string;
  version: string;
  /** It is about the package manager itself and comes before all others. */
  isForPackageManager?: boolean;
}

type Family = 'dnf' | 'zypper';

const REPOSITORY = {
  dnf: ['/etc/yum.repos.d', ''],
  zypper: ['/etc/zypp/repos.d', 'type=rpm-md\nautorefresh=0\n'],
};
/** What every script needs; the database of the host is empty. */
const SHELL: RpmPackage = { name: 'bash', version: '1', head: ['Provides: /bin/sh'] };

/** A host with dnf or zypper and an empty package database, in a private root, and the repository that it updates from. */
export class RpmHost {
  private readonly built = new Map<string, Buffer>();
  private job = 0;

  private constructor(
    private readonly family: Family,
    readonly root: PrivateRoot,
    readonly mirror: HttpFiles,
  ) {}

  static async start(family: Family): Promise<RpmHost> {
    const own = ['/var/lib/rpm', '/var/lib/dnf', '/var/cache/dnf', '/etc/dnf', '/etc/yum.repos.d'];
    const root = await PrivateRoot.start(
      ...own,
      '/etc/zypp',
      '/var/cache/zypp',
      '/var/lib/zypp',
      '/etc/products.d',
    );
    const host = new RpmHost(family, root, await HttpFiles.start());
    root.write('/root/.rpmmacros', '%_dbpath /var/lib/rpm\n');
    root.write('/etc/dnf/dnf.conf', '[main]\ngpgcheck=0\nbest=True\nskip_if_unavailable=True\n');
    root.write('/etc/dnf/vars/releasever', '9\n');
    root.write('/etc/zypp/zypp.conf', '[main]\narch = x86_64\n');
    const [folder, more] = REPOSITORY[family];
    const entry = `[updates]\nname=updates\nenabled=1\ngpgcheck=0\nbaseurl=${host.mirror.url}/main\n${more}`;
    root.write(`${folder}/updates.repo`, entry);
    return host;
  }

  /** Puts packages and advisories into the repository; what was there stays. */
  publish(packages: readonly RpmPackage[], advisories: readonly Advisory[] = []): void {
    for (const each of [SHELL, ...packages]) this.build(each);
    const home = mkdtempSync(join(tmpdir(), 'patchtide-repo-'));
    for (const [name, rpm] of this.built) writeFileSync(join(home, name), rpm);
    execFileSync('createrepo_c', ['-q', home]);
    if (advisories.length > 0) {
      writeFileSync(join(home, 'updateinfo.xml'), updateInfo(advisories));
      execFileSync(
        'modifyrepo_c',
        ['--mdtype=updateinfo', join(home, 'updateinfo.xml'), join(home, 'repodata')],
        {
          stdio: 'ignore',
        },
      );
    }
    for (const path of readdirSync(home, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    ))
      this.mirror.files.set(
        join('/main', path.parentPath.slice(home.length), path.name),
        readFileSync(join(path.parentPath, path.name)),
      );
    rmSync(home, { recursive: true });
  }

  async install(...names: string[]): Promise<void> {
    if (this.family === 'dnf') await this.root.must('dnf', '-q', '-y', '--refresh', 'install', ...names);
    else
      await this.root.must(
        'sh',
        '-c',
        'zypper -n refresh && exec zypper -n install "$@"',
        'install',
        ...names,
      );
  }

  /** A job `@patch` with these options, or other steps; each call is a new job. */
  patch(...options: string[]): Promise<AttemptRan> {
    return this.attempt({ mode: 'do', timeoutMs: 60_000, argv: ['@patch', this.family, ...options] });
  }

  attempt(...steps: RunnerStep[]): Promise<AttemptRan> {
    this.job += 1;
    return this.root.attempt(`CHG1/patch-srv-${this.job}/1`, ...steps);
  }

  /** `name-version` of everything that is installed, without the shell. */
  async installed(): Promise<string[]> {
    const all = await this.root.must('rpm', '-qa', '--qf', '%{NAME}-%{VERSION}\\n');
    return all
      .split('\n')
      .filter((line) => line !== '' && line !== 'bash-1')
      .sort();
  }

  async stop(): Promise<void> {
    await this.root.stop();
    await this.mirror.stop();
  }

  private build(wanted: RpmPackage): void {
    const file = `${wanted.name}-${wanted.version}-1.noarch.rpm`;
    if (!this.built.has(file)) this.built.set(file, rpmOf(wanted, file));
  }
}

/** Built once in a process: it takes a quarter of a second each. */
const BUILT = new Map<string, Buffer>();

function rpmOf(wanted: RpmPackage, file: string): Buffer {
  const key = JSON.stringify(wanted);
  const known = BUILT.get(key) ?? rpmbuild(wanted, file);
  BUILT.set(key, known);
  return known;
}

function rpmbuild({ name, version, head = [], scripts = {}, files = {} }: RpmPackage, file: string): Buffer {
  const home = mkdtempSync(join(tmpdir(), 'patchtide-rpm-'));
  mkdirSync(join(home, 'source'));
  const texts = Object.entries(files).map(([path, text], n) => ({
    path,
    text,
    source: join(home, 'source', `${n}`),
  }));
  for (const { source, text } of texts) writeFileSync(source, text);
  const fields = {
    Name: name,
    Version: version,
    Release: 1,
    Summary: 'test',
    License: 'MIT',
    BuildArch: 'noarch',
    AutoReqProv: 'no',
  };
  const spec = [
    ...Object.entries(fields).map(([field, value]) => `${field}: ${value}`),
    ...head,
    '%description',
    'A test.',
    '%install',
    ...texts.map(({ path, source }) => `install -D -m 644 ${source} %{buildroot}${path}`),
    ...Object.entries(scripts).flatMap(([section, text]) => [`%${section}`, text]),
    '%files',
    ...texts.map(({ path }) => `%config(noreplace) ${path}`),
    '',
  ];
  writeFileSync(join(home, 'spec'), spec.join('\n'));
  const defines = { _topdir: home, _rpmdir: home, _build_id_links: 'none' };
  const options = Object.entries(defines).flatMap(([macro, value]) => ['--define', `${macro} ${value}`]);
  execFileSync('rpmbuild', ['--quiet', '-bb', ...options, join(home, 'spec')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const rpm = readFileSync(join(home, 'noarch', file));
  rmSync(home, { recursive: true });
  return rpm;
}

function updateInfo(advisories: readonly Advisory[]): string {
  const updates = advisories.map(({ package: name, version, isForPackageManager = false }, n) => {
    const restart = isForPackageManager ? '<restart_suggested>True</restart_suggested>' : '';
    const about = `name="${name}" version="${version}" release="1" epoch="0" arch="noarch"`;
    return `<update from="test" status="final" type="security" version="1"><id>PT-${n + 1}</id><title>${name}</title>
<severity>Important</severity><release>9</release><issued date="2026-01-01 00:00:00"/><pkglist><collection short="c"><name>c</name>
<package ${about} src="${name}.src.rpm"><filename>${name}-${version}-1.noarch.rpm</filename>${restart}</package></collection></pkglist></update>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<updates>${updates.join('\n')}</updates>\n`;
}
