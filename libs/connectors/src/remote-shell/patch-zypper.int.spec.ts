import { ensureDebianPackage } from '@patchtide/embedded';
import { describeRpmPatch } from './patch-rpm.contract';
import { canHavePrivateRoots } from './testing/private-root';
import { RpmHost } from './testing/rpm-host';

const describeRoots = canHavePrivateRoots() ? describe : describe.skip;

describeRoots('@patch zypper', () => {
  beforeAll(async () => {
    await ensureDebianPackage('zypper', 'zypper');
    await ensureDebianPackage('rpmbuild', 'rpm');
    await ensureDebianPackage('createrepo_c', 'createrepo-c');
  });

  describeRpmPatch('zypper');

  describe('on a host of its own', () => {
    let host: RpmHost;
    beforeEach(async () => {
      host = await RpmHost.start('zypper');
      host.root.write('/usr/local/sbin/systemctl', '#!/bin/sh\necho "systemctl $*"; exit 9\n', 0o755);
      host.publish([
        { name: 'zypp', version: '1' },
        { name: 'crm', version: '1' },
      ]);
      await host.install('zypp', 'crm');
    });
    afterEach(() => host.stop());

    it('is run again for the rest after it has updated itself', async () => {
      const advisories = [
        { package: 'zypp', version: '2', isForPackageManager: true },
        { package: 'crm', version: '2' },
      ];
      host.publish(
        [
          { name: 'zypp', version: '2' },
          { name: 'crm', version: '2' },
        ],
        advisories,
      );
      const { status, facts, output } = await host.patch('scope=security');
      expect(status?.code).toBe(0);
      expect(output).toContain('zypper has updated itself and is run again for the rest');
      expect(facts.packages.map(({ name }) => name)).toEqual(['crm', 'zypp']);
    });

    it('refuses skip= where patches are taken as a whole', async () => {
      const { status, output } = await host.patch('scope=security', 'skip=crm');
      expect(status?.code).toBe(64);
      expect(output).toContain('cannot go together with only= or skip=');
    });

    it('does not go on when a package that is skipped is needed by another update', async () => {
      host.publish([
        { name: 'zypp', version: '2' },
        { name: 'crm', version: '2', head: ['Requires: zypp >= 2'] },
      ]);
      const { status, facts } = await host.patch('skip=zypp');
      expect(status?.code).toBe(1);
      expect(facts.notes.failure).toContain('the policy skips zypp, and other updates need it');
    });

    it('reboots when zypper says that it is needed, and not otherwise', async () => {
      const reboot = () =>
        host.attempt({ mode: 'do', timeoutMs: 30_000, argv: ['@reboot', 'if-needed', 'zypper'] });
      expect((await reboot()).output).toBe('reboot not needed\n');
      host.root.write('/run/reboot-needed', '');
      expect((await reboot()).output).toContain('systemctl reboot');
    });
  });
});
