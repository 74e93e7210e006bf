import { DebianHost } from './testing/debian-host';
import { canHavePrivateRoots } from './testing/private-root';

// Real apt and dpkg in a root of its own: that needs root. Elsewhere jest reports these as skipped.
const describeRoots = canHavePrivateRoots() ? describe : describe.skip;

describeRoots('@patch apt', () => {
  let host: DebianHost;
  beforeEach(async () => {
    host = await DebianHost.start();
  });
  afterEach(() => host.stop());

  const marked = async (what: string) => (await host.root.must('apt-mark', what)).split('\n').filter(Boolean);

  it('brings every package to the version of the archive and tells what it was before', async () => {
    host.publish({ name: 'nginx', version: '1.0' }, { name: 'tzdata', version: '1:2025a-1' });
    await host.install('nginx', 'tzdata');
    host.publish({ name: 'nginx', version: '1.1' }, { name: 'tz-more', version: '1' });
    host.publish({ name: 'tzdata', version: '1:2025b-1', control: ['Depends: tz-more'] });
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(0);
    expect(facts.packages).toEqual([
      { name: 'nginx', from: '1.0', to: '1.1' },
      { name: 'tz-more', from: null, to: '1' },
      { name: 'tzdata', from: '1:2025a-1', to: '1:2025b-1' },
    ]);
    expect(facts.notes).toEqual({});
  });

  it('is done when there is nothing to update', async () => {
    host.publish({ name: 'nginx', version: '1.0' });
    await host.install('nginx');
    const { status, facts, output } = await host.patch();
    expect({ code: status?.code, facts }).toEqual({ code: 0, facts: { packages: [], notes: {} } });
    expect(output).toContain('there is nothing to update');
  });

  it('leaves held packages and names them', async () => {
    host.publish({ name: 'nginx', version: '1.0' }, { name: 'openssl', version: '1.0' });
    await host.install('nginx', 'openssl');
    await host.root.must('apt-mark', 'hold', 'nginx');
    host.publish({ name: 'nginx', version: '1.1' }, { name: 'openssl', version: '1.1' });
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(0);
    expect(facts).toEqual({
      packages: [{ name: 'openssl', from: '1.0', to: '1.1' }],
      notes: { held: 'nginx' },
    });
  });

  it('leaves skipped packages, names them, and leaves no hold behind', async () => {
    host.publish({ name: 'nginx', version: '1.0' }, { name: 'openssl', version: '1.0' });
    await host.install('nginx', 'openssl');
    host.publish({ name: 'nginx', version: '1.1' }, { name: 'openssl', version: '1.1' });
    const { status, facts } = await host.patch('skip=nginx');
    expect(status?.code).toBe(0);
    expect(facts).toEqual({
      packages: [{ name: 'openssl', from: '1.0', to: '1.1' }],
      notes: { skipped: 'nginx (1.0, there is 1.1)' },
    });
    expect(await marked('showhold')).toEqual([]);
  });

  it('keeps back what needs something that is missing, and names it', async () => {
    host.publish({ name: 'nginx', version: '1.0' }, { name: 'openssl', version: '1.0' });
    await host.install('nginx', 'openssl');
    host.publish(
      { name: 'nginx', version: '1.1', control: ['Depends: nosuch'] },
      { name: 'openssl', version: '1.1' },
    );
    const { status, facts } = await host.patch();
    expect(status?.code).toBe(0);
    expect(facts).toEqual({
      packages: [{ name: 'openssl', from: '1.0', to: '1.1' }],
      notes: { 'kept-back': 'nginx' },
    });
  });

  describe('with only=', () => {
    beforeEach(async () => {
      host.publish(
        { name: 'pg', version: '15.1' },
        { name: 'pg-libs', version: '15.1' },
        { name: 'other', version: '1' },
      );
      await host.install('pg', 'pg-libs', 'other');
      await host.root.must('apt-mark', 'auto', 'pg');
      host.publish({ name: 'pg', version: '15.2', control: ['Depends: pg-libs (= 15.2)'] });
      host.publish({ name: 'pg-libs', version: '15.2' }, { name: 'other', version: '2' });
    });

    it('updates these packages and what they need, and no other', async () => {
      const { status, facts } = await host.patch('only=pg');
      expect(status?.code).toBe(0);
      expect(facts.packages.map(({ name }) => name)).toEqual(['pg', 'pg-libs']);
    });

    it('leaves a package that came as a dependency one that can be removed with what needed it', async () => {
      await host.patch('only=pg');
      expect(await marked('showauto')).toEqual(['pg']);
    });

    it.each([
      ['is not installed', 'nosuch', () => Promise.resolve('')],
      ['is held', 'pg', () => host.root.must('apt-mark', 'hold', 'pg')],
    ])('fails when one of them %s', async (_, name, prepare) => {
      await prepare();
      const { status, facts } = await host.patch(`only=${name}`, 'only=other');
      expect(status?.code).toBe(1);
      expect(facts).toMatchObject({
        packages: [],
        notes: { failure: expect.stringContaining(name) as string },
      });
    });
  });

  describe('with scope=security', () => {
    it('takes exactly what the security archive offers, also where the other one has more', async () => {
      host.publish(
        { name: 'nginx', version: '1.0' },
        { name: 'openssl', version: '1.0' },
        { name: 'vim', version: '1' },
      );
      await host.install('nginx', 'openssl', 'vim');
      await host.root.must('apt-mark', 'auto', 'openssl');
      host.publish({ name: 'nginx', version: '1.1', archive: 'security' }, { name: 'vim', version: '2' });
      host.publish(
        { name: 'openssl', version: '1.1', archive: 'security' },
        { name: 'openssl', version: '1.2' },
      );
      const { status, facts } = await host.patch('scope=security');
      expect(status?.code).toBe(0);
      expect(facts.packages).toEqual([
        { name: 'nginx', from: '1.0', to: '1.1' },
        { name: 'openssl', from: '1.0', to: '1.1' },
      ]);
      expect(await marked('showauto')).toEqual(['openssl']);
    });

    it('takes of the packages in only= what the security archive has of them', async () => {
      host.publish({ name: 'nginx', version: '1.0' }, { name: 'openssl', version: '1.0' });
      await host.install('nginx', 'openssl');
      host.publish({ name: 'nginx', version: '1.1', archive: 'security' });
      host.publish({ name: 'openssl', version: '1.1', archive: 'security' });
      const { status, facts } = await host.patch('scope=security', 'only=openssl');
      expect(status?.code).toBe(0);
      expect(facts.packages).toEqual([{ name: 'openssl', from: '1.0', to: '1.1' }]);
    });

    it('is done when the security archive has nothing new', async () => {
      host.publish({ name: 'nginx', version: '1.0' });
      await host.install('nginx');
      host.publish({ name: 'nginx', version: '1.1' });
      const { status, facts } = await host.patch('scope=security');
      expect({ code: status?.code, packages: facts.packages }).toEqual({ code: 0, packages: [] });
    });

    it('fails where no archive is one for security, as nobody could tell then', async () => {
      host.publish({ name: 'nginx', version: '1.0' });
      await host.install('nginx');
      host.root.write('/etc/apt/sources.list', `deb [trusted=yes] ${host.mirror.url}/main ./\n`);
      host.publish({ name: 'nginx', version: '1.1' });
      const { status, facts } = await host.patch('scope=security');
      expect(status?.code).toBe(1);
      expect(facts.notes.failure).toContain('none of the package sources is a security archive');
    });
  });

  describe('that would remove a package', () => {
    beforeEach(async () => {
      host.publish({ name: 'nginx', version: '1.0' }, { name: 'apache', version: '1' });
      await host.install('nginx', 'apache');
      host.publish({ name: 'nginx', version: '1.1', control: ['Conflicts: apache'] });
    });

    it('changes nothing and names it', async () => {
      const { status, facts } = await host.patch();
      expect(status?.code).toBe(1);
      expect(facts).toMatchObject({
        packages: [],
        notes: { failure: expect.stringContaining('remove apache') as string },
      });
      expect(await host.state('nginx')).toBe('ii 1.0');
    });

    it('removes it where the policy allows that, and tells', async () => {
      const { status, facts } = await host.patch('removals=allow');
      expect(status?.code).toBe(0);
      expect(facts.packages).toEqual([
        { name: 'apache', from: '1', to: null },
        { name: 'nginx', from: '1.0', to: '1.1' },
      ]);
    });
  });

  describe('when a configuration file was changed by hand and by the update', () => {
    const conf = '/etc/crm-test/crm.conf';
    beforeEach(async () => {
      host.publish({ name: 'nginx', version: '1.0', files: { [conf]: 'old\n' } });
      await host.install('nginx');
      host.root.write(conf, 'mine\n');
      host.publish({ name: 'nginx', version: '1.1', files: { [conf]: 'new\n' } });
    });

    it('keeps it, and says where the new one is missing', async () => {
      const { status, facts } = await host.patch();
      expect(status?.code).toBe(0);
      expect(facts.notes).toEqual({ 'conffiles-kept': conf });
      expect([host.root.read(conf), host.root.read(`${conf}.dpkg-dist`)]).toEqual(['mine\n', 'new\n']);
    });

    it('replaces it with conffiles=new, and says where the old one was', async () => {
      const { status, facts } = await host.patch('conffiles=new');
      expect(status?.code).toBe(0);
      expect(facts.notes).toEqual({ 'conffiles-replaced': conf });
      expect([host.root.read(conf), host.root.read(`${conf}.dpkg-old`)]).toEqual(['new\n', 'mine\n']);
    });

    it('changes nothing with conffiles=stop, and names the file', async () => {
      const { status, facts } = await host.patch('conffiles=stop');
      expect(status?.code).toBe(1);
      expect(facts).toMatchObject({
        packages: [],
        notes: { failure: expect.stringContaining(conf) as string },
      });
      expect(await host.state('nginx')).toBe('ii 1.0');
    });

    it('does not stop with conffiles=stop where only one of both changed it', async () => {
      host.root.write(conf, 'old\n');
      expect((await host.patch('conffiles=stop')).status?.code).toBe(0);
      expect(host.root.read(conf)).toBe('new\n');
    });
  });

  it('tells which services run with old code and why a reboot is needed', async () => {
    host.publish({ name: 'nginx', version: '1.0' });
    await host.install('nginx');
    host.root.write(
      '/needrestart',
      'NEEDRESTART-VER: 3.6\nNEEDRESTART-KCUR: 6.1.0-30\nNEEDRESTART-KEXP: 6.1.0-31\nNEEDRESTART-KSTA: 3\nNEEDRESTART-SVC: cron.service\nNEEDRESTART-SVC: ssh.service\n',
    );
    expect((await host.patch()).facts.notes).toEqual({
      'services-to-restart': 'cron.service, ssh.service',
      'reboot-needed': 'kernel 6.1.0-30 runs and 6.1.0-31 is installed',
    });
    host.root.write('/run/reboot-required', '*** System restart required ***\n');
    host.root.write('/run/reboot-required.pkgs', 'linux-base\nlibc6\nlibc6\n');
    expect((await host.patch()).facts.notes['reboot-needed']).toBe('asked for by libc6, linux-base');
  });
});
