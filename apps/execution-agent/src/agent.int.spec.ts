import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttemptFinished, type Report, subjects, type WorkOrder } from '@patchtide/contracts';
import {
  freePort,
  isReady,
  type RunningServer,
  type RunningSshd,
  startNats,
  startServiceChild,
  startSshd,
  waitUntil,
} from '@patchtide/embedded';
import { type Bus, connectBus, consume, consumers, ensureTopology, STREAMS } from '@patchtide/messaging';

const addresses = Array.from({ length: 12 }, (_, n) => `127.0.2.${n + 1}`);

/** An agent is a process of its own here, so that it can be killed. */
describe('execution-agent with real NATS and a real sshd', () => {
  let nats: RunningServer;
  let sshd: RunningSshd;
  let bus: Bus;
  let home: string;
  const agents: ChildProcess[] = [];
  const reports: Report[] = [];

  beforeAll(async () => {
    [nats, sshd] = await Promise.all([startNats(), startSshd({ addresses })]);
    home = await mkdtemp(join(tmpdir(), 'patchtide-agent-'));
    await writeFile(join(home, 'known_hosts'), sshd.knownHosts);
    bus = await connectBus({ url: nats.url, name: 'campaign-control' });
    await ensureTopology(bus);
    await consume(bus, consumers.reports('CHG1'), ({ data }) => void reports.push(data as Report));
  });
  afterEach(() => killAgents());
  afterAll(async () => {
    await bus.close(500);
    await Promise.all([nats.stop(), sshd.stop(), rm(home, { recursive: true })]);
  });

  async function startAgent(): Promise<ChildProcess> {
    const port = await freePort();
    const env = {
      PATH: process.env.PATH ?? '',
      PORT: `${port}`,
      LOG_LEVEL: 'fatal',
      NATS_URL: nats.url,
      AGENT_ZONE: 'dc1',
      AGENT_SSH_USER: sshd.user,
      AGENT_SSH_KEY: sshd.privateKey,
      AGENT_KNOWN_HOSTS: join(home, 'known_hosts'),
      AGENT_ROOT: sshd.root,
    };
    const agent = startServiceChild(join(__dirname, 'main.ts'), env);
    agents.push(agent);
    await waitUntil(() => isReady(port), { timeoutMs: 60_000, what: 'the agent', intervalMs: 100 });
    return agent;
  }

  async function killAgents(): Promise<void> {
    await Promise.all(agents.splice(0).map(kill));
  }
  async function kill(agent: ChildProcess): Promise<void> {
    if (agent.exitCode !== null || agent.signalCode !== null) return;
    const ended = new Promise((resolve) => agent.once('exit', resolve));
    agent.kill('SIGKILL');
    await ended;
  }

  let number = 0;
  function order(address: string, action: WorkOrder['action'], ...steps: string[][]): WorkOrder {
    number += 1;
    const job = `${action.toLowerCase()}-srv-${number}`;
    return {
      campaign: 'CHG1',
      job,
      jobName: `${action}_OS_srv-${number}`,
      attemptId: `CHG1/${job}/1`,
      attempt: 1,
      action,
      epoch: 1,
      copy: 1,
      timeoutMs: 60_000,
      windowEnd: '2030-01-01T00:00:00Z',
      notAfter: inMs(90_000),
      target: { server: `srv-${number}`, address, port: sshd.port, os: 'debian-12' },
      steps: steps.map((argv) => ({ mode: 'do', timeoutMs: 30_000, argv })),
      subjects: [],
    };
  }
  const send = (work: WorkOrder) => bus.publish(subjects.work('host', 'dc1'), work);
  const ofJob = (work: WorkOrder) => reports.filter(({ attemptId }) => attemptId === work.attemptId);
  const end = (work: WorkOrder): Promise<AttemptFinished> =>
    waitUntil(() => ofJob(work).find((report) => report.kind === 'finished'), {
      timeoutMs: 60_000,
      what: 'the end',
    });
  const workLeft = async (): Promise<number> => (await bus.streamState(STREAMS.work))?.messages ?? -1;
  const upgrade = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-y', 'dist-upgrade'];

  it('carries out orders on many hosts and acks each when its end is reported', async () => {
    await startAgent();
    const orders = addresses.map((address) =>
      order(address, 'STOP', ['systemctl', 'stop', 'crm'], ['@unit-inactive', 'crm']),
    );
    for (const address of addresses) await sshd.host(address).setUnit('crm.service', 'active');
    for (const work of orders) await send(work);
    for (const work of orders) expect(await end(work)).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
    for (const address of addresses) expect(await sshd.host(address).unit('crm.service')).toBe('inactive');
    await waitUntil(async () => (await workLeft()) === 0, { timeoutMs: 10_000, what: 'the acks' });
  });

  it('reports what went wrong in the words of the host', async () => {
    await startAgent();
    const work = order('127.0.2.1', 'STOP', ['systemctl', 'stop', 'nosuch']);
    await send(work);
    expect(await end(work)).toMatchObject({
      outcome: 'failed',
      exitCode: 5,
      outputTail: expect.stringContaining('Unit nosuch.service not found') as string,
    });
  });

  it('sees a reboot through and reports the new boot', async () => {
    await startAgent();
    const host = sshd.host('127.0.2.2');
    await host.set('reboot-required', 'yes');
    const work = order('127.0.2.2', 'REBOOT', ['@reboot', 'if-needed']);
    await send(work);
    expect(await end(work)).toMatchObject({
      outcome: 'succeeded',
      facts: { rebooted: 'true' },
      bootId: await host.get('boot-id'),
    });
  });

  it('is replaced by its twin when it is killed in the middle of a patch, and the host patches once', async () => {
    await sshd.host('127.0.2.3').set('apt-seconds', 6);
    const doomed = await startAgent();
    const work = order('127.0.2.3', 'PATCH', upgrade);
    await send(work);
    const upgrades = () => sshd.host('127.0.2.3').executions('apt-get');
    await waitUntil(async () => (await upgrades()).length === 1, { timeoutMs: 20_000, what: 'the upgrade' });
    await kill(doomed);
    await startAgent();
    expect(await end(work)).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
    expect((await end(work)).outputTail).toContain('Setting up tzdata');
    expect(await upgrades()).toHaveLength(1);
    expect(ofJob(work).filter(({ kind }) => kind === 'started')).toHaveLength(2);
    expect(new Set(ofJob(work).map(({ executor }) => executor)).size).toBe(2);
    await waitUntil(async () => (await workLeft()) === 0, { timeoutMs: 10_000, what: 'the ack' });
  });

  it('hands its work over at an orderly end, and the host patches once', async () => {
    await sshd.host('127.0.2.4').set('apt-seconds', 4);
    const leaving = await startAgent();
    const work = order('127.0.2.4', 'PATCH', upgrade);
    await send(work);
    const upgrades = () => sshd.host('127.0.2.4').executions('apt-get');
    await waitUntil(async () => (await upgrades()).length === 1, { timeoutMs: 20_000, what: 'the upgrade' });
    const ended = new Promise<number | null>((resolve) => leaving.once('exit', (code) => resolve(code)));
    leaving.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(ofJob(work).some(({ kind }) => kind === 'finished')).toBe(false);
    await startAgent();
    expect(await end(work)).toMatchObject({ outcome: 'succeeded' });
    expect(await upgrades()).toHaveLength(1);
  });

  it('gives signs of life during long work', async () => {
    await sshd.host('127.0.2.5').set('apt-seconds', 4);
    await startAgent();
    const work = order('127.0.2.5', 'PATCH', upgrade);
    await send(work);
    await end(work);
    expect(ofJob(work).filter(({ kind }) => kind === 'alive').length).toBeGreaterThanOrEqual(2);
  });

  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

  it('begins nothing whose order comes too late, and says so', async () => {
    await sshd.host('127.0.2.7').setUnit('crm.service', 'active');
    await startAgent();
    const work = { ...order('127.0.2.7', 'STOP', ['systemctl', 'stop', 'crm']), notAfter: inMs(-120_000) };
    await send(work);
    expect(await end(work)).toMatchObject({ outcome: 'not-begun' });
    expect(await sshd.host('127.0.2.7').unit('crm.service')).toBe('active');
    expect(ofJob(work).some(({ kind }) => kind === 'started')).toBe(false);
  });

  it('follows on what it began in time when its order runs out, and the host patches once', async () => {
    await sshd.host('127.0.2.8').set('apt-seconds', 6);
    await startAgent();
    const work = { ...order('127.0.2.8', 'PATCH', upgrade), notAfter: inMs(3_000) };
    await send(work);
    expect(await end(work)).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
    expect((await end(work)).outputTail).toMatch(/^(?!.*Setting up tzdata.*Setting up tzdata)/s);
    expect(await sshd.host('127.0.2.8').executions('apt-get')).toHaveLength(1);
    expect(ofJob(work).filter(({ kind }) => kind === 'started')).toHaveLength(1);
  });

  it('reports what a killed agent began in time, though its order comes too late by now', async () => {
    await sshd.host('127.0.2.9').set('apt-seconds', 8);
    const doomed = await startAgent();
    const work = { ...order('127.0.2.9', 'PATCH', upgrade), notAfter: inMs(4_000) };
    await send(work);
    const upgrades = () => sshd.host('127.0.2.9').executions('apt-get');
    await waitUntil(async () => (await upgrades()).length === 1, { timeoutMs: 20_000, what: 'the upgrade' });
    await kill(doomed);
    await waitUntil(() => Date.now() > Date.parse(work.notAfter), { timeoutMs: 5_000, what: 'the moment' });
    await startAgent();
    expect(await end(work)).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
    expect(await upgrades()).toHaveLength(1);
  });

  it('puts an order that it cannot understand aside and goes on with the next', async () => {
    await startAgent();
    await bus.publish(subjects.work('host', 'dc1'), { campaign: 'CHG1', surprise: true });
    const work = order('127.0.2.6', 'STOP', ['true']);
    await send(work);
    expect(await end(work)).toMatchObject({ outcome: 'succeeded' });
    expect((await bus.streamState(STREAMS.dead))?.messages).toBe(1);
  });
});
