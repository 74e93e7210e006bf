import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type FakeHost, type RunningSshd, startSshd, waitUntil } from '@patchtide/embedded';
import { HostKeys } from './host-keys';
import type { RunnerStep } from './runner-protocol';
import { SshShell } from './ssh-shell';
import { StepJournal } from './step-journal';

const addresses = Array.from({ length: 8 }, (_, n) => `127.0.2.${n + 1}`);
const signal = new AbortController().signal;
const once = (...argv: string[]): RunnerStep => ({ mode: 'do', timeoutMs: 30_000, argv });
const until = (...argv: string[]): RunnerStep => ({ mode: 'until', timeoutMs: 30_000, argv });

/** Process ids of the shells below a root that were started to answer many requests. */
function runnersThatServe(root: string): string[] {
  const isOne = (pid: string): boolean => {
    try {
      const [shell, runner = '', verb] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return shell === 'sh' && runner.startsWith(`${root}/runner-`) && verb === 'serve';
    } catch {
      return false;
    }
  };
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOne(name));
}

describe('StepJournal on a real sshd', () => {
  let sshd: RunningSshd;
  let privateKey: Buffer;
  let attempt = 0;
  const shells: SshShell[] = [];

  beforeAll(async () => {
    sshd = await startSshd({ addresses });
    privateKey = await readFile(sshd.privateKey);
  });
  afterEach(async () => {
    for (const shell of shells.splice(0)) await shell.close();
  });
  afterAll(() => sshd.stop());

  /** What an agent process has: connections of its own and nothing else. */
  function agent(): StepJournal {
    const shell = new SshShell({ user: sshd.user, privateKey, hostKeys: HostKeys.parse(sshd.knownHosts) });
    shells.push(shell);
    return new StepJournal(shell, { root: sshd.root });
  }

  function at(address: string): { target: { address: string; port: number }; host: FakeHost } {
    return { target: { address, port: sshd.port }, host: sshd.host(address) };
  }

  function order(...steps: RunnerStep[]) {
    attempt += 1;
    return { attemptId: `CHG1/patch-srv-0042/${attempt}`, epoch: 1, steps, timeoutMs: 60_000 };
  }
  const upgrade = once('apt-get', '-y', 'upgrade');
  const upgrades = (host: FakeHost) => host.executions('apt-get').then((all) => all.length);

  it('stops a unit, checks it and brings its own runner along', async () => {
    const { target, host } = at('127.0.2.1');
    await host.setUnit('crm.service', 'active');
    const steps = [once('systemctl', 'stop', 'crm'), until('@unit-inactive', 'crm')];
    expect(await agent().execute(target, order(...steps), { signal })).toMatchObject({
      kind: 'exited',
      code: 0,
    });
    expect(await host.unit('crm.service')).toBe('inactive');
  });

  it('gives the exit code of the real thing, and 4 for a unit that is not there', async () => {
    const { target } = at('127.0.2.1');
    const journal = agent();
    const stop = await journal.execute(target, order(once('systemctl', 'stop', 'nosuch')), { signal });
    expect(stop).toMatchObject({ kind: 'exited', code: 5 });
    const check = await journal.execute(target, order(once('@unit-inactive', 'nosuch')), { signal });
    expect(check).toMatchObject({ kind: 'exited', code: 4 });
  });

  it('hands names from the landscape over as data, whatever they contain', async () => {
    const { target } = at('127.0.2.2');
    const nasty = [
      'a"; touch /tmp/x',
      '$(touch x)',
      '`x`',
      "'",
      'ä ö',
      'two\nlines',
      '@reboot',
      'do',
      '--',
      '',
    ];
    let output = '';
    const onOutput = (chunk: Buffer): void => void (output += chunk.toString());
    await agent().execute(target, order(once('printf', '[%s]', ...nasty)), { signal, onOutput });
    expect(output).toBe(nasty.map((word) => `[${word}]`).join(''));
  });

  it('has one runner answer whatever is asked on a connection', async () => {
    const { target } = at('127.0.2.2');
    const journal = agent();
    await journal.execute(target, order(once('true')), { signal });
    const residents = runnersThatServe(sshd.root);
    for (let n = 0; n < 3; n += 1) await journal.execute(target, order(once('true')), { signal });
    expect(residents).toHaveLength(1);
    expect(runnersThatServe(sshd.root)).toEqual(residents);
  });

  it('sees an attempt to its end across cut connections, with one execution and every byte of output once', async () => {
    const { target, host } = at('127.0.2.3');
    await host.set('apt-seconds', 1);
    let output = '';
    const onOutput = (chunk: Buffer): void => void (output += chunk.toString());
    const end = agent().execute(target, order(upgrade), { signal, onOutput });
    for (const word of ['Unpacking openssl', 'Unpacking tzdata']) {
      await waitUntil(() => output.includes(word), { timeoutMs: 20_000, what: word });
      await sshd.cutConnections('127.0.2.3');
    }
    expect(await end).toMatchObject({ kind: 'exited', code: 0 });
    expect(output.match(/^(Unpacking|Setting up) \w+/gm)).toEqual([
      'Unpacking openssl',
      'Setting up openssl',
      'Unpacking tzdata',
      'Setting up tzdata',
    ]);
    expect(await upgrades(host)).toBe(1);
  });

  it('lets another agent take over an attempt whose agent has gone, without a second execution', async () => {
    const { target, host } = at('127.0.2.4');
    await host.set('apt-seconds', 1);
    const work = order(upgrade);
    const death = new AbortController();
    const first = agent().execute(target, work, { signal: death.signal });
    await waitUntil(async () => (await upgrades(host)) === 1, { timeoutMs: 20_000, what: 'the upgrade' });
    death.abort(new Error('killed'));
    await expect(first).rejects.toThrow('killed');
    expect(await agent().inspect(target, work.attemptId, { timeoutMs: 10_000, signal })).toMatchObject({
      state: 'running',
    });
    expect(await agent().execute(target, work, { signal })).toMatchObject({ kind: 'exited', code: 0 });
    expect(await agent().execute(target, work, { signal })).toMatchObject({ kind: 'exited', code: 0 });
    expect(await upgrades(host)).toBe(1);
  });

  it('executes an attempt once that six agents launch ten times each at the same moment', async () => {
    const { target, host } = at('127.0.2.5');
    const work = order(upgrade);
    const agents = Array.from({ length: 6 }, agent);
    const launches = agents.flatMap((each) =>
      Array.from({ length: 10 }, () => each.execute(target, work, { signal })),
    );
    for (const end of await Promise.all(launches)) expect(end).toMatchObject({ kind: 'exited', code: 0 });
    expect(launches).toHaveLength(60);
    expect(await upgrades(host)).toBe(1);
  });

  it('sees a reboot through: the old boot id is not enough, and the new one is noticed within seconds', async () => {
    const { target, host } = at('127.0.2.6');
    await host.set('reboot-seconds', 3);
    await host.set('reboot-required', 'yes');
    const before = await host.get('boot-id');
    const end = agent().execute(target, order(once('@reboot', 'if-needed')), { signal });
    await waitUntil(async () => (await host.get('boot-id')) !== before, {
      timeoutMs: 30_000,
      what: 'the new boot',
    });
    const backAt = Date.now();
    expect(await end).toEqual({
      kind: 'rebooted',
      bootBefore: before,
      bootNow: await host.get('boot-id'),
      facts: { packages: [], notes: { 'reboot-needed': 'a package asks for it' } },
    });
    expect(Date.now() - backAt).toBeLessThan(4000);
    expect(await host.executions('reboot')).toHaveLength(1);
  });

  it('does not reboot a host that has no need to', async () => {
    const { target, host } = at('127.0.2.7');
    let output = '';
    const onOutput = (chunk: Buffer): void => void (output += chunk.toString());
    const end = await agent().execute(target, order(once('@reboot', 'if-needed')), { signal, onOutput });
    expect(end).toMatchObject({ kind: 'exited', code: 0 });
    expect(output).toBe('reboot not needed\n');
    expect(await host.executions('reboot')).toEqual([]);
  });

  it('tells that a host went down under an attempt that is no reboot', async () => {
    const { target, host } = at('127.0.2.8');
    await host.set('apt-seconds', 20);
    const journal = agent();
    const work = order(upgrade);
    const end = journal.execute(target, work, { signal });
    await waitUntil(async () => (await upgrades(host)) === 1, { timeoutMs: 20_000, what: 'the upgrade' });
    // Another job: a second attempt of the same one would be refused while the first runs.
    const reboot = { ...order(once('systemctl', 'reboot')), attemptId: 'CHG1/reboot-srv-0042/1' };
    await journal.execute(target, reboot, { signal });
    expect((await end).kind).toMatch(/^(interrupted|rebooted)$/);
    await waitUntil(async () => (await host.get('down')) === undefined, {
      timeoutMs: 20_000,
      what: 'the host',
    });
    expect(await agent().execute(target, work, { signal })).toMatchObject({ kind: 'rebooted' });
    expect(await upgrades(host)).toBe(1);
  });
});
