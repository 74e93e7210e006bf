import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RunningServer, startAlertmanager } from '@patchtide/embedded';
import { AlertmanagerMonitoring } from './alertmanager';
import { monitoringContract, startHttp } from './monitoring.contract';

const call = { timeoutMs: 5_000 };
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

/** A real Alertmanager behind a proxy that can swallow an answer after the request took effect. */
async function startBehindProxy() {
  let server: RunningServer = await startAlertmanager();
  let isDeaf = false;
  const forward = async (request: IncomingMessage, response: ServerResponse, body: string) => {
    const answer = await fetch(`${server.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json' },
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.text();
    if (!isDeaf || request.method === 'GET') return void response.writeHead(answer.status).end(text);
    isDeaf = false;
    response.destroy();
  };
  const proxy = await startHttp(forward);
  return {
    url: proxy.url,
    loseNextAnswer: () => (isDeaf = true),
    restartWithoutData: async () => {
      await server.stop();
      server = await startAlertmanager();
    },
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

monitoringContract("Debian's Alertmanager", async () => {
  const bench = await startBehindProxy();
  return { ...bench, monitoring: new AlertmanagerMonitoring({ url: bench.url }) };
});

describe('Alertmanager itself', () => {
  let server: RunningServer;
  let monitoring: AlertmanagerMonitoring;
  const lease = (subject: string, ref: Record<string, string>) => ({
    campaign: 'C1',
    subject,
    ref,
    endsAt: inMinutes(15),
  });

  beforeAll(async () => {
    server = await startAlertmanager();
    monitoring = new AlertmanagerMonitoring({ url: `${server.url}/` });
  });
  afterAll(() => server.stop());

  async function alertStates(): Promise<Record<string, string>> {
    const answer = await fetch(`${server.url}/api/v2/alerts`);
    const alerts = (await answer.json()) as { labels: { instance: string }; status: { state: string } }[];
    return Object.fromEntries(alerts.map(({ labels, status }) => [labels.instance, status.state]));
  }

  it('suppresses the alerts of the muted monitor and of no other', async () => {
    const alerts = ['crm-web-01', 'crm-web-010', 'shop-web-01'].map((instance) => ({
      labels: { alertname: 'InstanceDown', instance },
    }));
    await fetch(`${server.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });

    await monitoring.mute(lease('mon-a', { instance: 'crm-web-01' }), call);

    const states = await alertStates();
    expect(states['crm-web-01']).toBe('suppressed');
    expect(states['crm-web-010']).not.toBe('suppressed');
    expect(states['shop-web-01']).not.toBe('suppressed');
  });

  it('finds a mute again whose label value is hostile', async () => {
    const hostile = lease('mon-b', { instance: 'ä ö"; rm -rf / $(x) `y` {a="b"}\\\n,', job: '.*' });

    await monitoring.mute(hostile, call);
    await monitoring.mute({ ...hostile, endsAt: inMinutes(16) }, call);
    expect((await monitoring.list('C1', call)).filter(({ subject }) => subject === 'mon-b')).toHaveLength(1);

    await monitoring.lift(hostile, call);
    expect((await monitoring.list('C1', call)).filter(({ subject }) => subject === 'mon-b')).toEqual([]);
  });

  it('leaves silences alone that people have made for the same labels', async () => {
    const ref = { instance: 'shop-db-01' };
    const answer = await fetch(`${server.url}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'instance', value: 'shop-db-01', isRegex: false }],
        startsAt: new Date().toISOString(),
        endsAt: inMinutes(60),
        createdBy: 'm.weber',
        comment: 'disk swap',
      }),
    });
    const { silenceID } = (await answer.json()) as { silenceID: string };

    await monitoring.mute(lease('mon-c', ref), call);
    await monitoring.lift(lease('mon-c', ref), call);

    const after = await fetch(`${server.url}/api/v2/silence/${silenceID}`);
    expect(await after.json()).toMatchObject({ status: { state: 'active' } });
  });

  it('says that an end in the past is refused for good, and an absent server perhaps not', async () => {
    const late = { ...lease('mon-d', { instance: 'x' }), endsAt: '2020-01-01T00:00:00.000Z' };
    await expect(monitoring.mute(late, call)).rejects.toMatchObject({ failure: 'refused', retryable: false });

    const nobody = new AlertmanagerMonitoring({ url: 'http://127.0.0.1:9' });
    await expect(nobody.list('C1', call)).rejects.toMatchObject({ failure: 'unreachable', retryable: true });
  });
});
