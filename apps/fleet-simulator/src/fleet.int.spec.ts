import { HostKeys, type RunnerStep, SshShell, StepJournal } from '@patchtide/connectors/remote-shell';
import type { Server } from '@patchtide/contracts';
import { waitUntil } from '@patchtide/embedded';
import type { Client } from 'ssh2';
import { type Fleet, startFleet } from './fleet';
import type { FleetOptions } from './fleet-options';
import { newKeyPair } from './key-material';
import { connectClient, exec, execLine } from './testing/ssh-client';

const RUNNER = '/var/lib/patchtide/runner-0123456789ab.sh';
const fleets: Fleet[] = [];
const clients: Client[] = [];

async function newFleet(options: FleetOptions): Promise<Fleet> {
  const fleet = await startFleet({ seed: 11, ...options });
  fleets.push(fleet);
  return fleet;
}

async function clientOf(fleet: Fleet, index = 0, privateKey = fleet.clientKey.privateKey): Promise<Client> {
  const client = await connectClient({ ...at(fleet, index), privateKey });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

function at({ landscape }: Fleet, index: number): Server & { port: number } {
  const server = landscape.servers[index];
  if (server?.port === undefined) throw new RangeError(`no server ${index}`);
  return { ...server, port: server.port };
}

function journalOf(fleet: Fleet) {
  const shell = new SshShell({
    user: 'ops',
    privateKey: fleet.clientKey.privateKey,
    hostKeys: HostKeys.parse(fleet.knownHosts),
  });
  shells.push(shell);
  return new StepJournal(shell);
}
const shells: SshShell[] = [];

afterEach(async () => {
  await Promise.all(shells.splice(0).map((shell) => shell.close()));
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(fleets.splice(0).map((fleet) => fleet.stop()));
});

describe('a simulated host over SSH', () => {
  it('answers commands with their output and exit code', async () => {
    const fleet = await newFleet({ servers: 2, instant: true });
    const client = await clientOf(fleet);
    const { bootId } = [...fleet.hosts.values()][0]?.state ?? {};
    expect(await exec(client, ['cat', '/proc/sys/kernel/random/boot_id'])).toEqual({
      code: 0,
      stdout: `${bootId}\n`,
      stderr: '',
    });
    expect(await exec(client, ['nosuch'])).toMatchObject({ code: 127 });
    expect((await execLine(client, 'true; reboot')).stderr).toContain('not a quoted command line');
    expect(fleet.truth.executions).toHaveLength(2);
  });

  it('lets in nobody without the client key', async () => {
    const fleet = await newFleet({ servers: 1 });
    await expect(clientOf(fleet, 0, newKeyPair('stranger').privateKey)).rejects.toThrow('authentication');
  });

  it('drops its connections at a reboot, refuses new ones, and comes back with another boot id', async () => {
    const fleet = await newFleet({ servers: 1, speed: 5 });
    const [host] = [...fleet.hosts.values()];
    const before = host?.state.bootId;
    const client = await clientOf(fleet);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    expect((await exec(client, ['systemctl', 'reboot'])).code).toBe(0);
    await closed;
    await expect(clientOf(fleet)).rejects.toThrow('ECONNREFUSED');
    await waitUntil(() => host?.phase === 'up', { timeoutMs: 10_000, what: 'the host to be up' });
    const again = await clientOf(fleet);
    const { stdout } = await exec(again, ['cat', '/proc/sys/kernel/random/boot_id']);
    expect(stdout.trim()).not.toBe(before);
    expect(stdout.trim()).toBe(host?.state.bootId);
  });

  it('refuses the eleventh session of a connection, as sshd does', async () => {
    const fleet = await newFleet({ servers: 1, faults: [{ command: 'echo', kind: 'hang', times: 10 }] });
    const client = await clientOf(fleet);
    for (let session = 0; session < 10; session++) void exec(client, ['echo']);
    await waitUntil(() => fleet.counters.execs === 10, { timeoutMs: 10_000, what: 'ten executions' });
    await expect(exec(client, ['true'])).rejects.toThrow('Channel open failure');
  });
});

describe('the product’s own shell and step journal', () => {
  const steps: RunnerStep[] = [
    { mode: 'do', timeoutMs: 60_000, argv: ['systemctl', 'stop', 'cron'] },
    { mode: 'until', timeoutMs: 60_000, argv: ['@unit-inactive', 'cron'] },
    { mode: 'do', timeoutMs: 60_000, argv: ['apt-get', '-y', 'upgrade'] },
  ];
  const order = (attemptId: string, wanted = steps) => ({
    attemptId,
    epoch: 1,
    steps: wanted,
    timeoutMs: 60_000,
  });

  it('execute one attempt on each of 50 hosts in parallel, once', async () => {
    const fleet = await newFleet({ servers: 50, speed: 10, runner: 'missing' });
    const journal = journalOf(fleet);
    const { signal } = new AbortController();
    const ends = await Promise.all(
      fleet.landscape.servers.map((server, index) =>
        journal.execute(at(fleet, index), order(`CHG1/patch-${server.id}/1`), { signal }),
      ),
    );
    expect(ends.map((end) => end.kind === 'exited' && end.code)).toEqual(Array.from({ length: 50 }, () => 0));
    const attempts = [...fleet.truth.attempts.values()];
    expect(attempts.map(({ executions }) => executions)).toEqual(Array.from({ length: 50 }, () => 1));
    expect(fleet.truth.executions).toHaveLength(150);
  });

  it('find an attempt again after their connection was cut, with every byte of its output once', async () => {
    const fleet = await newFleet({ servers: 1, faults: [{ command: 'apt-get upgrade', kind: 'cut' }] });
    const { signal } = new AbortController();
    let output = '';
    const end = await journalOf(fleet).execute(at(fleet, 0), order('CHG1/patch-a/1'), {
      signal,
      onOutput: (chunk) => (output += chunk.toString()),
    });
    expect(end).toMatchObject({ kind: 'exited', code: 0 });
    expect(output.match(/Reading package lists/g)).toHaveLength(1);
    expect([...fleet.truth.attempts.values()]).toMatchObject([{ requests: 2, executions: 1 }]);
  });

  it('see a reboot as the new boot id', async () => {
    const fleet = await newFleet({ servers: 1, speed: 5 });
    const { signal } = new AbortController();
    const reboot: RunnerStep[] = [{ mode: 'do', timeoutMs: 60_000, argv: ['@reboot', 'always'] }];
    const end = await journalOf(fleet).execute(at(fleet, 0), order('CHG1/reboot-a/1', reboot), { signal });
    expect(end).toMatchObject({ kind: 'rebooted', bootNow: [...fleet.hosts.values()][0]?.state.bootId });
  });

  it('are told that an attempt was interrupted when its runner was killed', async () => {
    const fleet = await newFleet({ servers: 1, faults: [{ command: 'systemctl stop', kind: 'lose-exit' }] });
    const { signal } = new AbortController();
    const end = await journalOf(fleet).execute(at(fleet, 0), order('CHG1/stop-a/1'), { signal });
    expect(end.kind).toBe('interrupted');
  });
});

it('sixty launches of one attempt at once, over six connections, execute it once', async () => {
  const fleet = await newFleet({ servers: 1 });
  const connections = await Promise.all(Array.from({ length: 6 }, () => clientOf(fleet)));
  const argv = [
    'sh',
    RUNNER,
    'run',
    'CHG1/stop-a/1',
    '1',
    '0',
    '--',
    'do',
    '60',
    '3',
    'systemctl',
    'stop',
    'cron',
  ];
  const answers = await Promise.all(
    connections.flatMap((client) => Array.from({ length: 10 }, () => exec(client, argv))),
  );
  expect(new Set(answers.map(({ stderr }) => /state=exited code=0/.test(stderr)))).toEqual(new Set([true]));
  expect([...fleet.truth.attempts.values()]).toMatchObject([{ requests: 60, executions: 1 }]);
  expect(fleet.truth.executions).toHaveLength(1);
});
