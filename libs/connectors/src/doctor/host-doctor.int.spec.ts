import { chmod, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort, type RunningSshd, startSshd, waitUntil } from '@patchtide/embedded';
import { doctorWords, type FindingCode, FINDINGS, judge, type Question } from '@patchtide/domain';
import { utils } from 'ssh2';
import { HostKeys, SshShell, type SshShellOptions, StepJournal } from '../remote-shell';
import { examineAll } from './examine-all';
import { HostDoctor } from './host-doctor';

const addresses = Array.from({ length: 12 }, (_, n) => `127.0.6.${n + 1}`);
const signal = new AbortController().signal;
/** All addresses are one machine underneath: what its disks, locks and timers say is not the host's. */
const OF_THE_MACHINE: readonly FindingCode[] = ['disk-full', 'disk-low', 'no-inodes', 'unattended-upgrades'];

describe('HostDoctor on a real sshd', () => {
  let sshd: RunningSshd;
  const shells: SshShell[] = [];

  beforeAll(async () => {
    sshd = await startSshd({ addresses });
    // Per host what the fake programs do not play: a wrong clock, a sudo that refuses, packages that are not whole.
    await program(
      'date',
      'exec /usr/bin/date -d "$(cat "$PATCHTIDE_HOST_STATE/clock" 2>/dev/null) now" "$@"',
    );
    await program(
      'sudo',
      'if [ -e "$PATCHTIDE_HOST_STATE/no-sudo" ]; then echo "sudo: a password is required" >&2; exit 1; fi; shift 2; exec "$@"',
    );
    await program(
      'dpkg-query',
      'printf "%s\\t%s\\t%s\\n" "$(cat "$PATCHTIDE_HOST_STATE/status" 2>/dev/null || echo "ii ")" openssl 3.0.15-1',
    );
  });
  afterEach(async () => {
    for (const shell of shells.splice(0)) await shell.close();
  });
  afterAll(() => sshd.stop());

  async function program(name: string, script: string): Promise<void> {
    const file = join(dirname(sshd.privateKey), 'programs', 'bin', name);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
  }

  async function doctor(more: Partial<SshShellOptions> = {}): Promise<HostDoctor> {
    const shell = new SshShell({
      user: sshd.user,
      privateKey: await readFile(sshd.privateKey),
      hostKeys: HostKeys.parse(sshd.knownHosts),
      ...more,
    });
    shells.push(shell);
    return new HostDoctor(shell, { root: sshd.root });
  }

  const question = (address: string, more: Partial<Question> = {}): Question => ({
    server: { id: `srv-${address}`, name: address, address, port: sshd.port, os: 'debian-12' },
    method: 'apt',
    units: [],
    programs: [],
    lockSeconds: null,
    ...more,
  });

  async function findingsOf(asked: Question, more: Partial<SshShellOptions> = {}) {
    const [verdict] = judge([await notInUse(await doctor(more), asked)]);
    return (verdict?.findings ?? []).filter(({ code }) => !OF_THE_MACHINE.includes(code));
  }
  /** While the package manager of the machine is in use, what else is to say about packages is not asked. */
  const notInUse = (one: HostDoctor, asked: Question) =>
    waitUntil(
      async () => {
        const seen = await one.examine(asked, signal);
        return !seen.findings.some(({ code }) => code.startsWith('lock-')) && seen;
      },
      { timeoutMs: 90_000, what: 'the package manager of this machine' },
    );
  const codesOf = async (...asked: Parameters<typeof findingsOf>) =>
    (await findingsOf(...asked)).map(({ code }) => code);

  it('finds nothing on a host that is well, knows its boot id, and leaves no program there', async () => {
    const address = '127.0.6.1';
    const host = sshd.host(address);
    await host.setUnit('crm.service', 'active');
    const asked = question(address, { units: ['crm.service'], programs: ['systemctl'] });
    expect(await findingsOf(asked)).toEqual([]);
    const { bootId } = await notInUse(await doctor(), asked);
    expect(bootId).toBe(await host.get('boot-id'));
    const done = (await host.executions()).map((one) => `${one.program} ${one.args.split(' ')[0]}`);
    const readers = [
      'systemctl is-system-running',
      'systemctl show',
      'dpkg --audit',
      'dpkg --print-architecture',
    ];
    expect(done.filter((call) => !readers.includes(call))).toEqual([]);
  });

  it('finds units that are missing, masked and down, and a reboot that is due', async () => {
    const address = '127.0.6.2';
    const host = sshd.host(address);
    await host.setUnit('down.service', 'failed');
    await host.setUnit('masked.service', 'inactive');
    await host.set('masked/masked.service', '');
    await host.set('reboot-required', 'yes');
    const units = ['down.service', 'masked.service', 'nosuch.service'];
    expect(await codesOf(question(address, { units }))).toEqual([
      'unit-masked',
      'unit-missing',
      'reboot-pending',
      'unit-inactive',
    ]);
  });

  it('finds packages that are not whole', async () => {
    await sshd.host('127.0.6.3').set('status', 'iF ');
    expect(await findingsOf(question('127.0.6.3'))).toMatchObject([
      {
        code: 'half-configured',
        sentence: 'packages are not whole: openssl',
        remedy: FINDINGS['half-configured'].remedy,
      },
    ]);
  });

  it('tells a clock that is wrong, and by how much, from one that drifts', async () => {
    await sshd.host('127.0.6.4').set('clock', '-3 hours');
    await sshd.host('127.0.6.5').set('clock', '+40 seconds');
    expect(await findingsOf(question('127.0.6.4'))).toMatchObject([
      { code: 'clock-off', sentence: "its clock is 3 h behind this machine's" },
    ]);
    expect(await codesOf(question('127.0.6.5'))).toEqual(['clock-drift']);
  });

  it('tries sudo when steps run by sudo', async () => {
    await sshd.host('127.0.6.6').set('no-sudo', 'yes');
    expect(await codesOf(question('127.0.6.1'), { useSudo: true })).toEqual([]);
    expect(await findingsOf(question('127.0.6.6'), { useSudo: true })).toMatchObject([
      { code: 'sudo-refused', sentence: 'sudo: a password is required' },
    ]);
  });

  it('tells why a login fails: no key pinned, another key, a key that is not let in, nobody there', async () => {
    const strange = utils.generateKeyPairSync('ed25519');
    const address = '127.0.6.7';
    const pin = (key: string) => HostKeys.parse(`[${address}]:${sshd.port} ${key}`);
    const port = await freePort();
    const known = sshd.knownHosts.split('\n')[0]?.split(' ').slice(1).join(' ') ?? '';
    const down = question(address);
    const asked = [
      codesOf(question(address), { hostKeys: HostKeys.parse('') }),
      codesOf(question(address), { hostKeys: pin(strange.public) }),
      codesOf(question(address), { privateKey: strange.private }),
      codesOf(question(address), { user: 'nobody-at-all' }),
      codesOf(
        { ...down, server: { ...down.server, port } },
        { hostKeys: HostKeys.parse(`[${address}]:${port} ${known}`) },
      ),
      codesOf({ ...down, server: { ...down.server, address: '-oProxyCommand=x' } }),
    ];
    expect((await Promise.all(asked)).flat()).toEqual([
      ...([
        'host-key-unknown',
        'host-key-changed',
        'login-refused',
        'login-refused',
        'unreachable',
        'bad-address',
      ] as const),
    ]);
  });

  it('is a step of a campaign, too: it fails with what it found', async () => {
    const address = '127.0.6.8';
    const shell = new SshShell({
      user: sshd.user,
      privateKey: await readFile(sshd.privateKey),
      hostKeys: HostKeys.parse(sshd.knownHosts),
    });
    shells.push(shell);
    const argv = doctorWords(question(address, { method: 'none', units: ['nosuch.service'] }));
    const order = {
      attemptId: 'CHG1/check-srv-8/1',
      epoch: 1,
      steps: [{ mode: 'do' as const, timeoutMs: 30_000, argv }],
    };
    const journal = new StepJournal(shell, { root: sshd.root });
    const end = await journal.execute(
      { address, port: sshd.port },
      { ...order, timeoutMs: 60_000 },
      { signal },
    );
    expect(end).toMatchObject({
      kind: 'exited',
      code: 1,
      facts: {
        notes: {
          'finding-1': 'fault unit-missing there is no unit nosuch.service',
          failure: 'not fit for the night: there is no unit nosuch.service',
        },
      },
    });
  });

  it('looks at many hosts side by side, and finds the two that are one machine', async () => {
    await sshd.host('127.0.6.9').set('boot-id', 'b-twins');
    await sshd.host('127.0.6.10').set('boot-id', 'b-twins');
    const questions = addresses.slice(6).map((address) => question(address));
    let done = 0;
    const seen = await examineAll(await doctor(), questions, { signal, onDone: (count) => (done = count) });
    const twins = judge(seen).filter(({ findings }) =>
      findings.some(({ code }) => code === 'boot-id-shared'),
    );
    expect([done, twins.map(({ address }) => address)]).toEqual([6, ['127.0.6.9', '127.0.6.10']]);
  });
});
