import { existsSync } from 'node:fs';
import { waitUntil } from '@patchtide/embedded';
import type { RunnerStep } from './runner-protocol';
import { DebianHost } from './testing/debian-host';
import { canHavePrivateRoots } from './testing/private-root';

const describeRoots = canHavePrivateRoots() ? describe : describe.skip;

const patchFor = (seconds: number): RunnerStep => ({
  mode: 'do',
  timeoutMs: seconds * 1000,
  argv: ['@patch', 'apt'],
});
const clean: RunnerStep = { mode: 'do', timeoutMs: 60_000, argv: ['@packages-clean', 'apt'] };

describeRoots('@patch apt, when something goes wrong', () => {
  let host: DebianHost;
  beforeEach(async () => {
    host = await DebianHost.start();
    host.publish({ name: 'crm', version: '1.0' }, { name: 'openssl', version: '1.0' });
    await host.install('crm', 'openssl');
  });
  afterEach(() => host.stop());

  const seen = (path: string) =>
    waitUntil(() => existsSync(host.root.path(path)), { timeoutMs: 30_000, what: path });
  const states = async () => [await host.state('crm'), await host.state('openssl')];
  /** A new version of both; the script of crm runs in the middle of the update. */
  const update = (script: string) =>
    host.publish(
      { name: 'crm', version: '1.1', scripts: { postinst: script } },
      { name: 'openssl', version: '1.1' },
    );

  it('names a package whose script fails, and tells its change when the next attempt has repaired it', async () => {
    update('test -e /etc/licence || { echo no licence; exit 1; }');
    const failed = await host.root.attempt('CHG1/patch-srv/1', patchFor(60));
    expect(failed.status?.code).toBe(1);
    expect(failed.facts.notes.failure).toContain('half-configured: crm');
    expect(failed.facts.notes['half-configured']).toBe('crm (1.0 to 1.1)');
    expect(failed.facts.packages).toEqual([{ name: 'openssl', from: '1.0', to: '1.1' }]);
    expect(await states()).toEqual(['iF 1.1', 'ii 1.1']);
    expect((await host.attempt(clean)).facts.notes.failure).toContain('crm');
    const again = await host.root.attempt('CHG1/patch-srv/2', patchFor(60));
    expect(again.facts.packages).toEqual([]);

    host.root.write('/etc/licence', '');
    const repaired = await host.root.attempt('CHG1/patch-srv/3', patchFor(60));
    expect(repaired.status?.code).toBe(0);
    expect(repaired.facts).toEqual({
      packages: [{ name: 'crm', from: '1.0', to: '1.1' }],
      notes: { repaired: 'crm' },
    });
    expect((await host.attempt(clean)).status?.code).toBe(0);
  });

  it('updates nothing on a host whose broken package cannot be repaired', async () => {
    update('exit 1');
    await host.root.run('apt-get', 'update');
    await host.root.run('apt-get', '-y', 'install', 'crm');
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(1);
    expect(facts).toMatchObject({
      packages: [],
      notes: { failure: expect.stringContaining('crm') as string },
    });
    expect(await states()).toEqual(['iF 1.1', 'ii 1.0']);
  });

  it('tells in the second attempt what the first one changed before the host went down', async () => {
    update('touch /reached; while [ ! -e /go ]; do sleep 0.1; done');
    const killed = host.root.attempt('CHG1/patch-srv/1', patchFor(60));
    await seen('/reached');
    host.root.killAll();
    await killed;
    host.root.write('/go', '');
    const { status, facts } = await host.root.attempt('CHG1/patch-srv/2', patchFor(60));
    expect(status?.code).toBe(0);
    expect(facts.packages).toEqual([
      { name: 'crm', from: '1.0', to: '1.1' },
      { name: 'openssl', from: '1.0', to: '1.1' },
    ]);
    expect(facts.notes.repaired).toBeDefined();
    expect(await states()).toEqual(['ii 1.1', 'ii 1.1']);
  });

  it('tells what changed also when its time is up', async () => {
    update('touch /reached; exec sleep 60');
    const { status, facts } = await host.root.attempt('CHG1/patch-srv/1', patchFor(5));
    expect(status?.code).toBe(124);
    expect(facts.notes['half-configured']).toContain('crm (1.0 to 1.1)');
    expect(facts.packages).not.toContainEqual({ name: 'crm', from: '1.0', to: '1.1' });
  });

  describe('while somebody else works with dpkg', () => {
    let other: Promise<unknown>;
    beforeEach(async () => {
      host.publish({
        name: 'slow',
        version: '1',
        scripts: { postinst: 'touch /reached; while [ ! -e /go ]; do sleep 0.1; done' },
      });
      await host.root.must('apt-get', '-q', 'update');
      other = host.root.run('apt-get', '-q', '-y', 'install', 'slow');
      await seen('/reached');
      host.publish({ name: 'crm', version: '1.1' });
    });
    afterEach(() => other);

    it('waits and then updates', async () => {
      const patched = host.patch();
      await waitUntil(
        () => (host.root.read('/var/lib/patchtide/journal/CHG1/patch-srv-1/1/output') ?? '').includes('lock'),
        {
          timeoutMs: 30_000,
          what: 'the attempt to wait for the lock',
        },
      );
      host.root.write('/go', '');
      const { status, facts } = await patched;
      expect(status?.code).toBe(0);
      expect(facts.packages).toContainEqual({ name: 'crm', from: '1.0', to: '1.1' });
    });

    it('gives up after lock-seconds and says who holds the lock', async () => {
      const { status, facts } = await host.patch('lock-seconds=1');
      host.root.write('/go', '');
      expect(status?.code).toBe(1);
      expect(facts.notes.failure).toMatch(
        /somebody else has used the package manager for 1 s: .* held by process \d+ \(apt-get\)/,
      );
    });
  });

  it('waits while somebody else updates the package lists', async () => {
    const { mirror, root } = host;
    let answer = (): void => undefined;
    mirror.hold = new Promise((resolve) => (answer = resolve));
    const before = mirror.asked.length;
    const other = root.run('apt-get', '-q', 'update');
    await waitUntil(() => mirror.asked.length > before, { timeoutMs: 20_000, what: 'the other update' });
    const patched = host.patch();
    const output = '/var/lib/patchtide/journal/CHG1/patch-srv-1/1/output';
    await waitUntil(() => (root.read(output) ?? '').includes('lists/lock'), {
      timeoutMs: 20_000,
      what: 'the wait',
    });
    mirror.hold = undefined;
    answer();
    expect((await patched).status?.code).toBe(0);
    await other;
  });

  describe('with a broken mirror', () => {
    beforeEach(() => update('true'));

    it('updates nothing when a package list is missing, though apt would go on without', async () => {
      host.mirror.broken = /^\/security/;
      const { status, facts } = await host.patch();
      expect(status?.code).toBe(1);
      expect(facts.notes.failure).toContain('the package lists cannot be brought up to date');
      expect(await states()).toEqual(['ii 1.0', 'ii 1.0']);
    });

    it('updates nothing when one of several packages is missing', async () => {
      host.mirror.broken = /openssl_1.1/;
      const { status, facts } = await host.patch();
      expect(status?.code).toBe(1);
      expect(facts.notes.failure).toContain('not everything could be downloaded');
      expect(await states()).toEqual(['ii 1.0', 'ii 1.0']);
    });
  });

  it('updates nothing when there is not enough room for it', async () => {
    await host.root.must('mount', '-t', 'tmpfs', '-o', 'size=4m', 'none', '/var/cache/apt/archives');
    update('true');
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(1);
    expect(facts.notes.failure).toMatch(
      /the file system at \/var\/cache\/apt\/archives has [34] MiB left and 10 MiB are needed in \/var\/cache\/apt\/archives/,
    );
    expect(await states()).toEqual(['ii 1.0', 'ii 1.0']);
  });

  describe('does not trust the exit code of apt', () => {
    /** Stands in front of the real one and replaces the upgrade itself. */
    const instead = (upgrade: string) =>
      host.root.write(
        '/usr/local/sbin/apt-get',
        `#!/bin/sh\ncase " $* " in *' -s '* | *' --download-only '*) ;; *' dist-upgrade '*) ${upgrade} ;; esac\nexec /usr/bin/apt-get "$@"\n`,
        0o755,
      );
    beforeEach(() => update('true'));

    it('when it is 0 and nothing happened', async () => {
      instead('exit 0');
      const { status, facts } = await host.patch();
      expect(status?.code).toBe(1);
      expect(facts.notes.failure).toContain('crm is 1.0, not 1.1, openssl is 1.0, not 1.1');
    });

    it('when it is 100 and every package is as planned', async () => {
      instead('/usr/bin/apt-get "$@"; exit 100');
      const { status, facts } = await host.patch();
      expect(status?.code).toBe(0);
      expect(facts.notes['exit-code']).toBe('100, though every package is as planned');
    });
  });

  it('takes nothing that a package says for a fact, and does not tell packages where facts are kept', async () => {
    update('for n in 1 2; do echo "patchtide-fact note held forged" >&$n; done; env >/environment');
    const { facts } = await host.patch();
    expect(facts.notes).toEqual({});
    expect(host.root.read('/environment')).not.toContain('PATCHTIDE_FACTS');
  });

  it('ends although a package has started a daemon that keeps the output open', async () => {
    update('setsid sleep 60 & ');
    expect((await host.patch()).status?.code).toBe(0);
  });

  it.each([
    ['scope=none'],
    ['conffiles=ask'],
    ['lock-seconds=soon'],
    ['only=-o'],
    ['only=crm-'],
    ['skip=*'],
    ['only=a b'],
    ['only='],
    ['color=red'],
  ])('refuses %j', async (option) => {
    const { status, output } = await host.patch(option);
    expect({ code: status?.code, output }).toEqual({
      code: 64,
      output: `@patch cannot be used like this: ${option}\npatchtide: step 1 ended with code 64\n`,
    });
  });
});
