import { HostBatchScheduler, WebhookBatchScheduler } from '@patchtide/connectors/batch';
import { AlertmanagerMonitoring, type Monitoring, WebhookMonitoring } from '@patchtide/connectors/monitoring';
import { HostKeys, SshShell } from '@patchtide/connectors/remote-shell';
import { type Fleet, startFleet } from './fleet';
import type { FleetOptions } from './fleet-options';

const SECRET = 'a secret for a webhook in a spec';
const call = { timeoutMs: 5_000 };
const inAMinute = () => new Date(Date.now() + 60_000).toISOString();
let fleet: Fleet | undefined;

async function newFleet(options: FleetOptions = {}): Promise<Fleet> {
  fleet = await startFleet({ servers: 4, seed: 3, instant: true, webhookSecret: SECRET, ...options });
  return fleet;
}

afterEach(async () => fleet?.stop());

async function control<T>(url: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

function monitorOf({ landscape }: Fleet) {
  const [monitor] = landscape.monitors;
  if (monitor === undefined) throw new RangeError('no monitor');
  return { campaign: 'CHG1', subject: monitor.id, ref: monitor.ref };
}

describe.each<[string, (fleet: Fleet) => Monitoring]>([
  ['Alertmanager', ({ alertmanagerUrl }) => new AlertmanagerMonitoring({ url: alertmanagerUrl })],
  [
    'a webhook',
    ({ webhookUrl }) => new WebhookMonitoring({ url: `${webhookUrl}/monitoring`, secret: SECRET }),
  ],
])('a mute through %s', (_, connect) => {
  it('keeps a planned outage quiet until it is lifted', async () => {
    const running = await newFleet({ faults: [{ command: 'reboot', kind: 'never-return' }] });
    const monitoring = connect(running);
    await monitoring.mute({ ...monitorOf(running), endsAt: inAMinute() }, call);
    await monitoring.mute({ ...monitorOf(running), endsAt: inAMinute() }, call);
    expect(await monitoring.list('CHG1', call)).toHaveLength(1);

    await control(`${running.controlUrl}/hosts/srv-0001/crash`, 'POST');
    expect(await control(`${running.controlUrl}/false-alarms`)).toEqual([]);

    await monitoring.lift(monitorOf(running), call);
    await monitoring.list('CHG1', call);
    running.monitoring.alerts.checkAll();
    const alarms = await control<{ labels: object }[]>(`${running.controlUrl}/false-alarms`);
    const instance = running.landscape.servers[0]?.name;
    expect(alarms.map(({ labels }) => labels)).toEqual([
      { alertname: 'HostDown', instance, severity: 'critical' },
    ]);
  });
});

it('a unit that goes down unmuted is a false alarm', async () => {
  const running = await newFleet();
  const [component] = running.landscape.components;
  const host = running.hosts.get(component?.server ?? '');
  const unit = host?.state.units.find(component?.unit ?? '');
  if (unit === undefined) throw new RangeError('no unit');
  host?.state.units.setActive(unit, false);
  const alarms = await control<{ labels: { alertname: string; unit: string } }[]>(
    `${running.controlUrl}/false-alarms`,
  );
  expect(alarms.map(({ labels }) => [labels.alertname, labels.unit])).toEqual([['UnitDown', unit.name]]);
});

it.each(['cron', 'systemd-timer'] as const)('a %s job is held and released over SSH', async (system) => {
  const running = await newFleet({ servers: 10 });
  const shell = new SshShell({
    user: 'ops',
    privateKey: running.clientKey.privateKey,
    hostKeys: HostKeys.parse(running.knownHosts),
  });
  const scheduler = new HostBatchScheduler({ system, shell, useSudo: true });
  const batchJob = running.landscape.batchJobs.find((job) => job.system === system);
  const server = running.landscape.servers.find(({ id }) => id === batchJob?.server);
  if (batchJob === undefined || server?.port === undefined || typeof batchJob.ref === 'string')
    throw new RangeError('no job');
  const host = { address: server.address, port: server.port };
  const job = { campaign: 'CHG1', subject: batchJob.id, ref: batchJob.ref, host };

  const hold = await scheduler.hold({ ...job, endsAt: inAMinute() }, call);
  expect(hold.prior).toBe('scheduled');
  expect(await scheduler.inspect(job, call)).toMatchObject({
    isScheduled: false,
    heldBy: { campaign: 'CHG1' },
  });
  await scheduler.release({ ...job, prior: hold.prior }, call);
  expect(await scheduler.inspect(job, call)).toMatchObject({ isScheduled: true });
  expect(running.truth.transitions.map(({ up }) => up)).toEqual([false, true]);
  await shell.close();
});

it('a job behind a webhook is held for one campaign at a time', async () => {
  const running = await newFleet();
  const scheduler = new WebhookBatchScheduler({ url: `${running.webhookUrl}/batch`, secret: SECRET });
  const job = { campaign: 'CHG1', subject: 'nightly', ref: { job: 'nightly' } };
  await scheduler.hold({ ...job, endsAt: inAMinute() }, call);
  await expect(scheduler.hold({ ...job, campaign: 'CHG2', endsAt: inAMinute() }, call)).rejects.toThrow(
    '409',
  );
  expect(await scheduler.inspect(job, call)).toMatchObject({ isScheduled: false });
  await scheduler.release(job, call);
  expect(await scheduler.inspect(job, call)).toMatchObject({ isScheduled: true });
  await expect(
    new WebhookBatchScheduler({ url: `${running.webhookUrl}/batch`, secret: 'wrong' }).inspect(job, call),
  ).rejects.toThrow('401');
});

describe('the control server', () => {
  it('shows the truth and pulls levers', async () => {
    const { controlUrl } = await newFleet();
    await control(`${controlUrl}/faults`, 'POST', [
      { command: 'reboot', kind: 'never-return', host: 'srv-0002' },
    ]);
    await control(`${controlUrl}/hosts/srv-0002/crash`, 'POST');
    expect(await control(`${controlUrl}/hosts/srv-0002`)).toMatchObject({ phase: 'down' });
    await control(`${controlUrl}/hosts/srv-0002/power-on`, 'POST');
    expect(await control(`${controlUrl}/hosts/srv-0002`)).toMatchObject({ phase: 'up' });
    const transitions = await control<{ up: boolean }[]>(`${controlUrl}/transitions?server=srv-0002`);
    expect(transitions.map(({ up }) => up)).toEqual([false, true]);
    expect(await control(`${controlUrl}/faults`)).toMatchObject([{ left: 0 }]);
    expect(await control(`${controlUrl}/stats`)).toMatchObject({ connections: 0, execs: 0 });
  });

  it.each([
    ['GET', '/nonsense', undefined, 404],
    ['POST', '/hosts/srv-0001/explode', undefined, 404],
    ['POST', '/faults', '[{"kind":"fail"}]', 400],
    ['POST', '/faults', '{', 400],
  ])('refuses %s %s', async (method, path, body, status) => {
    const { controlUrl } = await newFleet();
    const response = await fetch(`${controlUrl}${path}`, { method, ...(body !== undefined && { body }) });
    expect(response.status).toBe(status);
  });

  it('lets the monitoring system fail, before and after the effect, and forget', async () => {
    const { controlUrl, alertmanagerUrl, monitoring, landscape } = await newFleet();
    const post = () =>
      fetch(`${alertmanagerUrl}/api/v2/silences`, {
        method: 'POST',
        body: JSON.stringify({
          matchers: [{ name: 'instance', value: landscape.servers[0]?.name, isRegex: false }],
          startsAt: '2000-01-01T00:00:00Z',
          endsAt: inAMinute(),
          createdBy: 'spec',
          comment: 'spec',
        }),
      }).then(({ status }) => status);
    await control(`${controlUrl}/monitoring/fail`, 'POST', { times: 1 });
    expect([await post(), monitoring.silences.list().length]).toEqual([500, 0]);
    await control(`${controlUrl}/monitoring/fail`, 'POST', { times: 1, afterEffect: true });
    expect([await post(), monitoring.silences.list().length]).toEqual([500, 1]);
    expect([await post(), monitoring.silences.list().length]).toEqual([200, 2]);
    await control(`${controlUrl}/monitoring/forget`, 'POST');
    expect(monitoring.silences.list()).toEqual([]);
  });
});
