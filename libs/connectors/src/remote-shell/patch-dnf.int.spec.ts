import { ensureDebianPackage } from '@patchtide/embedded';
import { describeRpmPatch } from './patch-rpm.contract';
import { canHavePrivateRoots } from './testing/private-root';
import { RpmHost } from './testing/rpm-host';

const describeRoots = canHavePrivateRoots() ? describe : describe.skip;

describeRoots('@patch dnf', () => {
  beforeAll(async () => {
    await ensureDebianPackage('dnf', 'dnf');
    await ensureDebianPackage('rpmbuild', 'rpm');
    await ensureDebianPackage('createrepo_c', 'createrepo-c');
  });

  describeRpmPatch('dnf');

  describe('and the reboot', () => {
    let host: RpmHost;
    beforeEach(async () => {
      host = await RpmHost.start('dnf');
      host.root.write('/usr/local/sbin/systemctl', '#!/bin/sh\necho "systemctl $*"; exit 9\n', 0o755);
      host.publish([{ name: 'glibc', version: '1' }]);
      await host.install('bash');
    });
    afterEach(() => host.stop());

    const reboot = () =>
      host.attempt({ mode: 'do', timeoutMs: 30_000, argv: ['@reboot', 'if-needed', 'dnf'] });
    /** Stands in for dnf's plugin, which cannot be installed beside zypper. */
    const plugin = (words: string, code: number) =>
      host.root.write(
        '/usr/local/sbin/dnf',
        `#!/bin/sh\ncase " $* " in *' needs-restarting '*) printf '${words}'; exit ${code} ;; esac\nexec /usr/bin/dnf "$@"\n`,
        0o755,
      );

    it('is needed when needs-restarting says so', async () => {
      plugin(
        'Core libraries or services have been updated since boot-up:\\n  * systemd\\n\\nReboot is required to fully utilize these updates.\\n',
        1,
      );
      const { output, facts } = await reboot();
      expect(output).toContain('systemctl reboot');
      expect(facts.notes['reboot-needed']).toBe('updated since the boot: systemd');
    });

    it('is not needed when needs-restarting says so', async () => {
      plugin(
        'No core libraries or services have been updated since boot-up.\\nReboot should not be necessary.\\n',
        0,
      );
      const { output, facts } = await reboot();
      expect({ output, notes: facts.notes }).toEqual({
        output: 'reboot not needed\n',
        notes: { 'reboot-needed': 'no' },
      });
    });

    it('is decided without the plugin by what was installed since the boot', async () => {
      expect((await reboot()).output).toBe('reboot not needed\n');
      await host.install('glibc');
      expect((await reboot()).facts.notes['reboot-needed']).toBe('updated since the boot: glibc');
    });
  });
});
