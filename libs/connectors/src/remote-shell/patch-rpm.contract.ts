import { existsSync } from 'node:fs';
import { waitUntil } from '@patchtide/embedded';
import type { RunnerStep } from './runner-protocol';
import { RpmHost, type RpmPackage } from './testing/rpm-host';

const crm = (version: string, more: Partial<RpmPackage> = {}): RpmPackage => ({
  name: 'crm',
  version,
  ...more,
});
const openssl = (version: string, more: Partial<RpmPackage> = {}): RpmPackage => ({
  name: 'openssl',
  version,
  ...more,
});

/** What `@patch dnf` and `@patch zypper` have in common, on the real program in a root of its own. */
export function describeRpmPatch(family: 'dnf' | 'zypper'): void {
  let host: RpmHost;
  beforeEach(async () => {
    host = await RpmHost.start(family);
    host.publish([crm('1'), openssl('1')]);
    await host.install('bash', 'crm', 'openssl');
  });
  afterEach(() => host.stop());

  const step = (...argv: string[]): RunnerStep => ({ mode: 'do', timeoutMs: 60_000, argv });
  const clean = step('@packages-clean', family);
  const both = [
    { name: 'crm', from: '1-1', to: '2-1' },
    { name: 'openssl', from: '1-1', to: '2-1' },
  ];
  const unchanged = ['crm-1', 'openssl-1'];

  it('brings every package to the newest version and tells what it was before', async () => {
    host.publish([crm('2'), openssl('2', { head: ['Requires: libs'] }), { name: 'libs', version: '7' }]);
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(0);
    expect(facts).toEqual({
      packages: [both[0], { name: 'libs', from: null, to: '7-1' }, both[1]],
      notes: {},
    });
  });

  it('is done when there is nothing to update', async () => {
    const { status, facts, output } = await host.patch();
    expect({ code: status?.code, facts }).toEqual({ code: 0, facts: { packages: [], notes: {} } });
    expect(output).toContain('there is nothing to update');
  });

  it('keeps back what needs something that is missing, and names it', async () => {
    host.publish([crm('2', { head: ['Requires: nosuch'] }), openssl('2')]);
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(0);
    expect(facts).toEqual({ packages: [both[1]], notes: { 'kept-back': 'crm' } });
  });

  it('leaves skipped packages, and names them', async () => {
    host.publish([crm('2'), openssl('2')]);
    const { status, facts } = await host.patch('skip=crm');
    expect(status?.code).toBe(0);
    expect(facts.packages).toEqual([both[1]]);
    expect(facts.notes.skipped).toContain('crm');
    expect((await host.patch()).facts.packages).toEqual([both[0]]);
  });

  describe('with only=', () => {
    it('updates these packages and no other', async () => {
      host.publish([crm('2'), openssl('2')]);
      const { status, facts } = await host.patch('only=crm');
      expect({ code: status?.code, facts }).toEqual({ code: 0, facts: { packages: [both[0]], notes: {} } });
    });

    it.each([
      ['is not installed', 'nosuch'],
      ['cannot be updated', 'crm'],
    ])('fails when one of them %s', async (_, name) => {
      host.publish([crm('2', { head: ['Requires: missing'] }), openssl('2')]);
      const { status, facts } = await host.patch(`only=${name}`, 'only=openssl');
      expect(status?.code).toBe(1);
      expect(facts.notes.failure).toContain(name);
      expect(await host.installed()).toEqual(unchanged);
    });
  });

  describe('with scope=security', () => {
    it('updates what an advisory names', async () => {
      host.publish([crm('2'), openssl('2')], [{ package: 'openssl', version: '2' }]);
      const { status, facts } = await host.patch('scope=security');
      expect({ code: status?.code, packages: facts.packages }).toEqual({ code: 0, packages: [both[1]] });
    });

    it('is done when no advisory concerns this host', async () => {
      host.publish([crm('2')], [{ package: 'other', version: '2' }]);
      const { status, facts } = await host.patch('scope=security');
      expect({ code: status?.code, packages: facts.packages }).toEqual({ code: 0, packages: [] });
    });

    it('fails where nobody publishes advisories, as nobody could tell then', async () => {
      host.publish([crm('2')]);
      const { status, facts } = await host.patch('scope=security');
      expect(status?.code).toBe(1);
      expect(facts.notes.failure).toContain('none of the repositories publishes');
    });
  });

  it('notes a failed script of a package that is installed all the same', async () => {
    host.publish([crm('2', { scripts: { post: 'exit 1' } }), openssl('2')]);
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(0);
    expect(facts.packages).toEqual(both);
    expect(facts.notes['scripts-failed']).toBe('crm-2-1.noarch (%post)');
  });

  it('fails when the script of a kernel failed, before anybody reboots into it', async () => {
    host.publish([{ name: 'kernel-test', version: '1' }]);
    await host.install('kernel-test');
    host.publish([{ name: 'kernel-test', version: '2', scripts: { post: 'exit 1' } }]);
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(1);
    expect(facts.notes.failure).toContain('a script of the kernel failed');
  });

  it('fails when a script kept a package from being updated, and tells what was', async () => {
    host.publish([crm('2'), openssl('2', { scripts: { pre: 'exit 1' } })]);
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(1);
    expect(facts.notes.failure).toContain('openssl is 1-1, not 2-1');
    expect(facts.packages).toEqual([both[0]]);
  });

  it('tells what replaced what', async () => {
    host.publish([{ name: 'crm-ng', version: '2', head: ['Obsoletes: crm < 2', 'Provides: crm = 2'] }]);
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(0);
    expect(facts.packages).toEqual([
      { name: 'crm', from: '1-1', to: null },
      { name: 'crm-ng', from: null, to: '2-1' },
    ]);
  });

  it('keeps a configuration file that was changed by hand, and says where the new one is missing', async () => {
    const conf = '/etc/crm-test/crm.conf';
    host.publish([{ name: 'conf', version: '1', files: { [conf]: 'old\n' } }]);
    await host.install('conf');
    host.root.write(conf, 'mine\n');
    host.publish([{ name: 'conf', version: '2', files: { [conf]: 'new\n' } }]);
    const { facts } = await host.patch();
    expect(facts.notes).toEqual({ 'conffiles-kept': conf });
    expect(host.root.read(conf)).toBe('mine\n');
  });

  it.each([
    ['the repository does not answer', /repomd/, 'the repositories cannot be read'],
    ['one of several packages is missing', /openssl-2/, 'not everything could be downloaded'],
  ])('updates nothing when %s', async (_, broken, words) => {
    host.publish([crm('2'), openssl('2')]);
    host.mirror.broken = broken;
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(1);
    expect(facts.notes.failure).toContain(words);
    expect(await host.installed()).toEqual(unchanged);
  });

  describe(`while somebody else uses ${family}`, () => {
    let answer: () => void;
    let other: Promise<unknown>;
    beforeEach(async () => {
      host.publish([crm('2')]);
      host.mirror.hold = new Promise((resolve) => (answer = resolve));
      const before = host.mirror.asked.length;
      const refresh =
        family === 'dnf' ? ['dnf', '--refresh', 'makecache'] : ['zypper', '-n', 'refresh', '-f'];
      other = host.root.run(...refresh);
      await waitUntil(() => host.mirror.asked.length > before, { timeoutMs: 20_000, what: 'the other one' });
    });
    afterEach(() => {
      answer();
      return other;
    });

    it('waits and then updates', async () => {
      const patched = host.patch();
      const output = '/var/lib/patchtide/journal/CHG1/patch-srv-1/1/output';
      const isLocked = () => /lock|Waiting for process/.test(host.root.read(output) ?? '');
      await waitUntil(isLocked, { timeoutMs: 20_000, what: 'the attempt to meet the lock' });
      host.mirror.hold = undefined;
      answer();
      const { status, facts } = await patched;
      expect({ code: status?.code, packages: facts.packages }).toEqual({ code: 0, packages: [both[0]] });
    });

    it('gives up after lock-seconds', async () => {
      const { status, facts } = await host.patch('lock-seconds=1');
      expect(status?.code).toBe(1);
      expect(facts.notes.failure).toContain('somebody else has used the package manager for 1 s');
    });
  });

  it('finishes in the second attempt what was cut off in the first, and tells all of it', async () => {
    host.publish([
      crm('2', { scripts: { post: 'touch /reached; while [ ! -e /go ]; do sleep 0.1; done' } }),
      openssl('2'),
    ]);
    const killed = host.root.attempt('CHG1/patch-srv/1', step('@patch', family));
    await waitUntil(() => existsSync(host.root.path('/reached')), { timeoutMs: 30_000, what: 'the script' });
    host.root.killAll();
    await killed;
    host.root.write('/go', '');
    expect((await host.attempt(clean)).facts.notes.failure).toContain('crm-1-1');
    const { status, facts } = await host.root.attempt('CHG1/patch-srv/2', step('@patch', family));
    expect(status?.code).toBe(0);
    expect(facts.packages).toEqual(both);
    expect(facts.notes.repaired).toContain('crm-1-1');
    expect((await host.attempt(clean)).status?.code).toBe(0);
  });

  it('lets kernels be there in several versions', async () => {
    const kernel = (version: string): RpmPackage => ({
      name: 'linux',
      version,
      head: ['Provides: installonlypkg(kernel)', 'Provides: multiversion(kernel)'],
    });
    host.root.write(
      '/etc/zypp/zypp.conf',
      '[main]\narch = x86_64\nmultiversion = provides:multiversion(kernel)\n',
    );
    host.publish([kernel('1')]);
    await host.install('linux');
    host.publish([kernel('2')]);
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(0);
    expect(facts.packages).toEqual([{ name: 'linux', from: null, to: '2-1' }]);
    expect((await host.attempt(clean)).status?.code).toBe(0);
  });
}
