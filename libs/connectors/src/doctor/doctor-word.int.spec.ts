import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { waitUntil } from '@patchtide/embedded';
import { RUNNER_SCRIPT } from '../remote-shell';
import { DoctorBench } from './testing/doctor-bench';

// Needs root, for mounts that only the look itself sees.
describe('@doctor', () => {
  let bench: DoctorBench;

  beforeEach(() => (bench = new DoctorBench()));
  afterEach(() => bench.remove());

  /** dpkg's directory as a copy, so that the machine's own may be in use. */
  function ownDpkg(): { setup: string; directory: string } {
    const directory = join(bench.directory, 'dpkg');
    for (const name of ['updates', 'info', 'triggers']) mkdirSync(join(directory, name), { recursive: true });
    copyFileSync('/var/lib/dpkg/status', join(directory, 'status'));
    bench.file('dpkg/lock-frontend');
    // Without the locks of apt, which others may hold.
    const none = bench.file('none/none');
    const elsewhere = ['/var/lib/apt/lists', '/var/cache/apt'].map(
      (path) => `mount --bind ${dirname(none)} ${path}`,
    );
    return { setup: [`mount --bind ${directory} /var/lib/dpkg`, ...elsewhere].join('\n'), directory };
  }

  describe('on a host that is well', () => {
    it('finds nothing, ends with 0 and leaves nothing behind but the directory of journals', async () => {
      const { setup } = ownDpkg();
      const seen = await bench.look(['apt', 'program=sh', 'disk=/tmp:0:0'], { setup });
      expect([seen.findings, seen.exitCode]).toEqual([[], 0]);
      expect(seen.bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
      expect(readdirSync(bench.root, { recursive: true })).toEqual(['journal']);
    });

    it.each([[['/bin/bash', '--posix']], [['/bin/busybox', 'sh']]])('says the same in %j', async (shell) => {
      const { setup } = ownDpkg();
      const words = ['apt', 'program=nosuch', 'disk=/tmp:999999999:999999999'];
      const [plain, other] = [await bench.look(words, { setup }), await bench.look(words, { setup, shell })];
      expect(plain.codes).toEqual(['disk-full', 'program-missing']);
      expect(other.codes).toEqual(plain.codes);
    });

    it('refuses words that it does not know', async () => {
      for (const words of [
        ['pacman'],
        ['apt', 'disk=/var'],
        ['apt', 'root=var'],
        ['apt', 'lock-seconds=x'],
        ['apt', '-x'],
      ]) {
        expect([words, (await bench.look(words)).exitCode]).toEqual([words, 64]);
      }
    });
  });

  describe('looks at disks and finds', () => {
    const disk = () => join(bench.directory, 'disk');
    const mounted = (options: string) => `mkdir ${disk()}; mount -t tmpfs -o ${options} none ${disk()}`;

    it('one that is full, and one that is nearly', async () => {
      const setup = mounted('size=4m');
      const full = await bench.look(['none', `disk=${disk()}:100:200`], { setup });
      expect(full.findings).toEqual([
        { code: 'disk-full', sentence: `${disk()} has 4 MiB left, at least 100 are needed` },
      ]);
      const low = await bench.look(['none', `disk=${disk()}:1:200`], {
        setup: setup.replace('mkdir', 'mkdir -p'),
      });
      expect([low.codes, low.exitCode]).toEqual([['disk-low'], 0]);
    });

    it('the same file system once, although several directories are on it', async () => {
      const setup = `${mounted('size=4m')}; mkdir ${disk()}/var`;
      const { codes } = await bench.look(['none', `disk=${disk()}/var:100:200`, `disk=${disk()}:50:100`], {
        setup,
      });
      expect(codes).toEqual(['disk-full']);
    });

    it('one that is full of small files', async () => {
      const setup = `${mounted('size=4m,nr_inodes=20')}; for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do : >${disk()}/$n; done`;
      const { findings } = await bench.look(['none', `disk=${disk()}:1:2`], { setup });
      expect(findings).toEqual([{ code: 'no-inodes', sentence: `${disk()} has room for 1 more files only` }]);
    });

    it('one that can only be read', async () => {
      const { codes } = await bench.look(['none', `disk=${disk()}:0:0`], { setup: mounted('size=4m,ro') });
      expect(codes).toEqual(['read-only']);
    });

    it('nothing in a directory that is not there', async () => {
      expect((await bench.look(['none', 'disk=/boot/nosuch:100:200'])).codes).toEqual([]);
    });
  });

  describe('tries to write a journal and finds', () => {
    it.each([
      [
        'that there is no room',
        'size=8k',
        ' && dd if=/dev/zero of=$R/x bs=4k count=1 2>/dev/null',
        'No space left on device',
      ],
      ['that nothing may be written', 'size=1m,ro', '', 'Read-only file system'],
    ])('%s', async (_what, options, fill, why) => {
      const setup = `R=${bench.root}; mkdir $R; mount -t tmpfs -o ${options} none $R${fill}`;
      const { findings } = await bench.look(['none'], { setup });
      expect(findings).toEqual([
        { code: 'journal-unwritable', sentence: `${bench.root}/journal cannot be written (${why})` },
      ]);
    });

    it('that its disk is nearly full', async () => {
      const setup = `mkdir ${bench.root}; mount -t tmpfs -o size=2m none ${bench.root}`;
      expect((await bench.look(['none'], { setup })).codes).toEqual(['disk-full']);
    });
  });

  describe('looks at the package manager and finds', () => {
    it('who holds the lock of dpkg: for a moment a warning, for longer than an update waits a fault', async () => {
      const { setup, directory } = ownDpkg();
      await bench.hold(join(directory, 'lock-frontend'));
      const held = await bench.look(['apt'], { setup });
      expect(held.findings).toEqual([
        {
          code: 'lock-held',
          sentence: expect.stringMatching(
            /^someone \(\d+\) has been working with the package manager for \d+ s$/,
          ),
        },
      ]);
      const lookLater = () => bench.look(['apt', 'lock-seconds=0'], { setup });
      const stuck = await waitUntil(async () => {
        const seen = await lookLater();
        return seen.codes.includes('lock-stuck') && seen;
      }, PATIENCE);
      expect([stuck.codes, stuck.exitCode]).toEqual([['lock-stuck'], 1]);
    });

    it('no findings that the name of a process would like to add', async () => {
      const { setup, directory } = ownDpkg();
      await bench.hold(join(directory, 'lock-frontend'), 'a\nfault x: y');
      const { stdout, codes } = await bench.look(['apt'], { setup });
      expect(codes).toEqual(['lock-held']);
      expect(stdout).toMatch(/^warning lock-held: a fault x: y \(\d+\)/m);
    });

    it('a process whose number zypper or dnf has noted down, if it still lives', async () => {
      for (const name of ['zypper', 'dnf', 'rpm']) bench.program(name, ':');
      const zypper = (pid: string) => `mount -t tmpfs none /run; echo ${pid} >/run/zypp.pid`;
      const dnf =
        'mount -t tmpfs none /var/cache; mkdir /var/cache/dnf; echo $$ >/var/cache/dnf/metadata_lock.pid';
      expect((await bench.look(['zypper'], { setup: zypper('$$') })).codes).toContain('lock-held');
      expect((await bench.look(['zypper'], { setup: zypper('4194303') })).codes).not.toContain('lock-held');
      expect((await bench.look(['dnf'], { setup: dnf })).codes).toContain('lock-held');
    });

    it('packages that are half-configured, and a dpkg that was interrupted', async () => {
      const { setup, directory } = ownDpkg();
      const status = readFileSync(join(directory, 'status'), 'utf8');
      writeFileSync(
        join(directory, 'status'),
        status.replace('install ok installed', 'install ok half-configured'),
      );
      const name = /^Package: (.*)$/m.exec(status)?.[1];
      expect((await bench.look(['apt'], { setup })).findings).toEqual([
        { code: 'half-configured', sentence: `packages are not whole: ${name}` },
      ]);
      writeFileSync(join(directory, 'status'), status);
      bench.file('dpkg/updates/0001');
      expect((await bench.look(['apt'], { setup })).codes).toEqual(['half-configured']);
    });

    it('that packages cannot be listed, which is not the same as nothing wrong', async () => {
      const { setup } = ownDpkg();
      bench.program('dpkg-query', 'exit 2');
      expect((await bench.look(['apt'], { setup })).codes).toEqual(['cannot-tell']);
    });

    it('that it is not there', async () => {
      const PATH = bench.only(...TOOLS);
      bench.program('systemctl', 'echo running');
      const env = { PATH: `${bench.bin}:${PATH}` };
      expect((await bench.look(['dnf'], { env })).codes).toEqual(['no-package-manager']);
      expect((await bench.look(['auto'], { env })).codes).toEqual(['no-package-manager']);
    });

    it('a timer that would install updates by itself', async () => {
      const { setup } = ownDpkg();
      const timer = 'printf "%s\\n" ActiveState=active "NextElapseUSecRealtime=Sun 2026-11-29 22:13:07 UTC"';
      bench.program('systemctl', `case $1 in show) ${timer} ;; *) echo running ;; esac`);
      expect((await bench.look(['apt'], { setup })).codes).toEqual([]);
      bench.program('apt-config', `echo "on='1'"`);
      expect((await bench.look(['apt'], { setup })).findings).toEqual([
        {
          code: 'unattended-upgrades',
          sentence: 'apt-daily-upgrade.timer installs updates by itself, next at Sun 2026-11-29 22:13:07 UTC',
        },
      ]);
      bench.program('apt-config', `echo "on='0'"`);
      expect((await bench.look(['apt'], { setup })).codes).toEqual([]);
    });

    it('a reboot that is due already', async () => {
      const { setup } = ownDpkg();
      const env = { PATCHTIDE_REBOOT_REQUIRED_FILE: bench.file('reboot-required') };
      expect((await bench.look(['apt'], { setup, env })).codes).toEqual(['reboot-pending']);
    });
  });

  describe('looks at the system and finds', () => {
    it.each([
      ['running', []],
      ['degraded', ['system-degraded']],
      ['starting', ['system-not-running']],
      ['maintenance', ['system-not-running']],
      ['offline', ['no-systemd']],
      ['', ['no-systemd']],
    ])('what "%s" means', async (state, codes) => {
      bench.program(
        'systemctl',
        `case $1 in is-system-running) echo ${state} ;; *) echo app.service loaded failed ;; esac`,
      );
      expect((await bench.look(['none'])).codes).toEqual(codes);
    });

    it('which units have failed', async () => {
      bench.program(
        'systemctl',
        'case $1 in is-system-running) echo degraded ;; *) echo app.service loaded failed ;; esac',
      );
      expect((await bench.look(['none'])).findings[0]?.sentence).toBe('units have failed: app.service');
    });

    it.each([
      ['loaded', 'active', []],
      ['loaded', 'failed', ['unit-inactive']],
      ['not-found', 'inactive', ['unit-missing']],
      ['masked', 'inactive', ['unit-masked']],
      ['bad-setting', 'inactive', ['unit-broken']],
      ['', '', ['cannot-tell']],
    ])('a unit that is %s and %s', async (load, active, codes) => {
      const answer = `case $6 in crm.service) ;; *) exit 9 ;; esac; echo LoadState=${load}; echo ActiveState=${active}`;
      bench.program('systemctl', `case $1 in show) shift; ${answer} ;; *) echo running ;; esac`);
      expect((await bench.look(['none', 'unit=crm.service'])).codes).toEqual(codes);
    });

    it('programs that steps run, and no word of the shell or of our own for one', async () => {
      const words = ['program=sh', 'program=/bin/sh', 'program=fail', 'program=:', 'program=/tmp'];
      const { findings } = await bench.look(['none', ...words]);
      expect(findings.map(({ sentence }) => sentence)).toEqual(
        ['fail', ':', '/tmp'].map((name) => `there is no program ${name}, which a step runs`),
      );
    });

    it('tools that the runner needs', async () => {
      const PATH = bench.only(...TOOLS.filter((tool) => tool !== 'flock' && tool !== 'cmp'));
      bench.program('systemctl', 'echo running');
      const { findings } = await bench.look(['none'], { env: { PATH: `${bench.bin}:${PATH}` } });
      expect(findings).toEqual([
        { code: 'tool-missing', sentence: 'the program flock is missing' },
        { code: 'tool-missing', sentence: 'the program cmp is missing' },
      ]);
    });

    it('no systemctl at all', async () => {
      const env = { PATH: bench.only(...TOOLS) };
      expect((await bench.look(['none', 'unit=crm.service'], { env })).codes).toEqual(['no-systemd']);
    });

    it('a user who may do nothing', async () => {
      const shell = ['/usr/bin/setpriv', '--reuid', '65534', '--clear-groups', '/bin/sh'];
      const { codes, findings } = await bench.look(['none'], { shell });
      expect(codes).toEqual(['not-root', 'journal-unwritable']);
      expect(findings[1]?.sentence).toContain('Permission denied');
    });

    it('a boot id that cannot be read', async () => {
      const { codes, bootId } = await bench.look(['none'], {
        env: { PATCHTIDE_BOOT_ID_FILE: '/nonexistent' },
      });
      expect([codes, bootId]).toEqual([['boot-id-unreadable'], null]);
    });

    it('silence, which is no good news', async () => {
      bench.program('timeout', 'exit 124');
      expect((await bench.look(['none'])).findings[0]).toEqual({
        code: 'cannot-tell',
        sentence: 'systemctl gave no answer within 20 s',
      });
    });
  });

  it('as a step states every finding, and the sum of them for the incident, as facts', async () => {
    const facts = bench.file('facts');
    const program = bench.file('program.sh', RUNNER_SCRIPT);
    const step = `env PATCHTIDE_FACTS=${facts} sh ${program} @doctor none program=nosuch root=${bench.root} >&2 || true`;
    await bench.look(['none'], { setup: step });
    expect(readFileSync(facts, 'utf8').split('\n')).toEqual([
      'note finding-1 fault program-missing there is no program nosuch, which a step runs',
      expect.stringMatching(/^note clock \d{10}\.\d{9}$/),
      'note failure not fit for the night: there is no program nosuch, which a step runs',
      '',
    ]);
  });
});

const PATIENCE = { timeoutMs: 20_000, what: 'a lock that has been held for a second' };
const TOOLS = [
  ...[
    'awk',
    'cat',
    'cmp',
    'cut',
    'date',
    'df',
    'env',
    'flock',
    'grep',
    'head',
    'id',
    'ln',
    'mkdir',
    'mv',
    'readlink',
  ],
  ...['rm', 'sed', 'setsid', 'sh', 'sort', 'stat', 'tail', 'timeout', 'tr', 'wc'],
];
