import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningSshd, startSshd, waitUntil } from '@patchtide/embedded';
import type { DoctorReport } from '../doctor/doctor-report';
import { run } from '../run';
import { FakeTerminal } from '../testing/fake-terminal';
import { patchtide } from '../testing/patchtide';

/** Goes back to the start of the line and clears it. */
const REWRITE = '\r\u001b[K';
const addresses = ['127.0.7.1', '127.0.7.2', '127.0.7.3'];

describe('patchtide doctor', () => {
  let sshd: RunningSshd;
  let directory: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    sshd = await startSshd({ addresses });
    directory = mkdtempSync(join(tmpdir(), 'patchtide-doctor-'));
    env = {
      AGENT_SSH_USER: sshd.user,
      AGENT_SSH_KEY: sshd.privateKey,
      AGENT_KNOWN_HOSTS: file('known_hosts', sshd.knownHosts),
      AGENT_ROOT: sshd.root,
    };
    for (const address of addresses) await sshd.host(address).setUnit('nginx.service', 'active');
    await sshd.host('127.0.7.2').setUnit('nginx.service', 'failed');
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await sshd.stop();
  });

  function file(name: string, text: string): string {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  }

  /** Three servers with nginx; the third has a unit in the CMDB that it does not have. */
  function landscape(port = sshd.port): string {
    const servers = addresses.map(
      (address, n) =>
        `  - { id: srv-${n + 1}, name: crm-web-0${n + 1}, address: ${address}, port: ${port}, os: debian-12, zone: z, site: s, environment: test, owner: team }`,
    );
    const components = addresses.map(
      (_, n) =>
        `  - { id: web-${n + 1}, name: web-${n + 1}, kind: service, tier: web, server: srv-${n + 1}, application: crm, unit: ${n === 2 ? 'ngnix' : 'nginx'}.service }`,
    );
    const lines = [
      'servers:',
      ...servers,
      'components:',
      ...components,
      'applications:',
      '  - { id: crm, name: CRM }',
    ];
    return file(
      `landscape-${port}.yaml`,
      [...lines, 'relations: []', 'batchJobs: []', 'monitors: []'].join('\n'),
    );
  }
  const policy = () => file('policy.yaml', 'name: standard\ntiers: [web]\npatch: { debian: apt }\n');
  const reportOf = (stdout: string) => JSON.parse(stdout) as DoctorReport;
  const codesOf = (report: DoctorReport, server: string): string[] =>
    (report.servers.find((one) => one.server === server)?.findings ?? []).map(({ code }) => code);

  it('names every fault with its hosts and a remedy, and ends with 1', async () => {
    const { code, stdout, stderr } = await patchtide(
      ['doctor', '--landscape', landscape(), '--policy', policy()],
      env,
    );
    expect([code, stderr]).toEqual([1, '1 host would fail in the night.\n']);
    expect(stdout).toMatch(/^3 hosts examined: 1 not fit for the night/);
    expect(stdout).toMatch(
      /^FAULT {2}units missing: 1 host {2}\(unit-missing\)\n {2}srv-3 {2}crm-web-03 {2}there is no unit ngnix\.service\n {2}Remedy: Correct/m,
    );
    expect(stdout).toMatch(
      /^WARNING {2}units not active: 1 host[^]*srv-2 {2}crm-web-02 {2}unit nginx\.service is failed now/m,
    );
  });

  it('is data with --json, one document also when hosts are unfit', async () => {
    const { code, stdout } = await patchtide(['doctor', '--landscape', landscape(), '--json'], env);
    const report = reportOf(stdout);
    expect([code, report.isFit]).toEqual([1, false]);
    expect(report.servers.map(({ server, isFit }) => [server, isFit])).toEqual([
      ['srv-1', true],
      ['srv-2', true],
      ['srv-3', false],
    ]);
    expect(codesOf(report, 'srv-2')).toContain('unit-inactive');
    expect(report.servers[2]?.findings[0]).toMatchObject({
      level: 'fault',
      remedy: expect.stringContaining('CMDB'),
    });
  });

  it('asks only the servers that are named, by id or name, and ends with 0 when they are fit', async () => {
    const { code, stdout } = await patchtide(
      ['doctor', '--landscape', landscape(), '--json', 'srv-1', 'crm-web-02'],
      env,
    );
    expect([code, reportOf(stdout).servers.map(({ server }) => server)]).toEqual([0, ['srv-1', 'srv-2']]);
  });

  it('logs in by options as well, and tells every host that it cannot reach', async () => {
    const { AGENT_SSH_USER, AGENT_SSH_KEY, AGENT_KNOWN_HOSTS } = env;
    const login = [
      '--user',
      `${AGENT_SSH_USER}`,
      '--key',
      `${AGENT_SSH_KEY}`,
      '--known-hosts',
      `${AGENT_KNOWN_HOSTS}`,
    ];
    const { code, stdout } = await patchtide(['doctor', '--landscape', landscape(1), '--json', ...login]);
    const report = reportOf(stdout);
    expect([code, report.servers.map(({ server }) => codesOf(report, server))]).toEqual([
      1,
      [['host-key-unknown'], ['host-key-unknown'], ['host-key-unknown']],
    ]);
  });

  it('counts the hosts on a terminal while it looks at them', async () => {
    const [stdout, stderr] = [new FakeTerminal(true, 200), new FakeTerminal(true, 200)];
    const argv = ['node', 'patchtide', 'doctor', '--landscape', landscape()];
    const code = await run(
      argv,
      { ...env, PATCHTIDE_DATA_DIR: '/nonexistent', TERM: 'xterm', NO_COLOR: '1' },
      { stdout, stderr },
    );
    expect(code).toBe(1);
    const lines = stderr.written.split(REWRITE);
    expect([lines[1], lines.at(-2)]).toEqual(['Hosts examined: 0 of 3', 'Hosts examined: 3 of 3']);
    expect(lines.at(-1)).toMatch(/^1 host/);
    expect(stdout.written).not.toContain('Hosts examined: 3');
  });

  it('ends at Ctrl-C, says that it has changed nothing, and gives the terminal back', async () => {
    const stderr = new FakeTerminal(true, 200);
    const ended = run(
      ['node', 'patchtide', 'doctor', '--landscape', landscape()],
      { ...env, PATCHTIDE_DATA_DIR: '/nonexistent', TERM: 'xterm' },
      { stdout: new FakeTerminal(true), stderr },
    );
    await waitUntil(
      () => stderr.written.includes('Hosts examined: 0') && process.listenerCount('SIGINT') > 0,
      {
        timeoutMs: 20_000,
        what: 'the first progress',
      },
    );
    process.emit('SIGINT');
    expect(await ended).toBe(130);
    expect(stderr.written.split(REWRITE).at(-1)).toBe('Interrupted. Nothing was changed on any host.\n');
  });

  describe('asks nobody', () => {
    it.each([
      [
        'how to log in is not known',
        {},
        [],
        /^how to log in is not known; give --user or AGENT_SSH_USER .*--key .*--known-hosts/,
      ],
      [
        'the landscape does not have the server',
        undefined,
        ['crm-web-09'],
        /^the landscape has no server "crm-web-09"/,
      ],
      ['the root is no path', undefined, ['--root', 'var'], /^"var" is not an absolute path/],
    ])('when %s, and ends with 2', async (_what, given, args, message) => {
      const { code, stdout, stderr } = await patchtide(
        ['doctor', '--landscape', landscape(), ...args],
        given ?? env,
      );
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(message);
    });

    it('when files are faulty, and tells all that is wrong with them', async () => {
      const broken = file('broken.yaml', 'name: standard\ntiers: [db]\npatch: { debian: apt }\n');
      const files = ['doctor', '--landscape', landscape(), '--policy', broken];
      const { code, stderr } = await patchtide(files, env);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^No host was asked:\n[^]*"web-1" is in tier "web"[^]*"web-2" is in tier "web"/);
      const keys = {
        ...env,
        AGENT_SSH_KEY: '/nonexistent/key',
        AGENT_KNOWN_HOSTS: file('bad_hosts', '* ssh-rsa x'),
      };
      const unreadable = await patchtide(['doctor', '--landscape', landscape()], keys);
      expect(unreadable.code).toBe(1);
      expect(unreadable.stderr).toMatch(/\/nonexistent\/key[^]*bad_hosts[^]*patterns are not supported/);
    });
  });
});
