import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CampaignEvent, IncidentOpened } from '@patchtide/contracts';
import { streamOf, subjects } from '@patchtide/contracts';
import { type RunningServer, startNats, startPostgres, waitUntil } from '@patchtide/embedded';
import { createPool, type Pool, PostgresEventStore, Sequencer } from '@patchtide/event-store';
import { type Bus, connectBus, ensureTopology, JetStreamStrategy } from '@patchtide/messaging';
import { bootstrapService, BUS, openApiOf, type RunningService } from '@patchtide/service-kit';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import request from 'supertest';
import { AppModule } from './app.module';
import { IncidentConfig } from './config';
import { DEAD_LETTERS } from './consumers';
import type { Incident } from './incident.entity';
import { rebuild } from './rebuild';

const AT = '2026-11-29T22:00:00.000Z';
const TOKENS = { viewer: 'viewer-0123456789abcdef', operator: 'operator-0123456789abcdef' };
const WINDOW = { start: '2026-11-29T21:00:00Z', end: '2026-11-30T01:00:00Z', timezone: 'Europe/Berlin' };

function opened(job: string, more: Partial<IncidentOpened> = {}): CampaignEvent {
  const place = {
    job,
    jobName: `STOP_DB_${job}`,
    ci: job,
    server: 'srv-1',
    application: 'crm',
    owner: 'team-dba',
  };
  const failure = {
    outcome: 'failed',
    summary: 'exit code 1',
    outputTail: 'no\0space left',
    attempt: 1,
  } as const;
  const urgency = { waiting: 3, slackMs: 60_000, answers: ['retry', 'complete'], at: AT };
  return {
    type: 'IncidentOpened',
    data: { incident: `CHG1~${job}`, ...place, ...failure, ...urgency, ...more },
  };
}

/** The whole service against a real Postgres and nats-server. */
describe('incident-projection', () => {
  let servers: RunningServer[];
  let pool: Pool;
  let bus: Bus;
  let store: PostgresEventStore;
  let service: RunningService;
  let env: Record<string, string>;
  const stop = new AbortController();
  let numbering: Promise<void>;

  beforeAll(async () => {
    const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    servers = [postgres, nats];
    const tokens = Object.entries(TOKENS).map(([role, token]) => `${role}:the-${role}:${token}`);
    env = {
      ...{ DATABASE_URL: postgres.url, NATS_URL: nats.url, PORT: '0', LOG_LEVEL: 'fatal' },
      PATCHTIDE_TOKENS: tokens.join(','),
    };
    service = await bootstrapService({
      ...{ name: 'incident-projection', port: 0, env, config: IncidentConfig },
      module: (config) => AppModule.with(config),
      strategy: (app) => new JetStreamStrategy({ bus: app.get(BUS), consumers: [DEAD_LETTERS] }),
    });
    bus = await connectBus({ url: nats.url, name: 'test' });
    await ensureTopology(bus);
    pool = createPool(postgres.url, { role: false });
    store = new PostgresEventStore(pool);
    numbering = new Sequencer(pool, { retryMs: 20 }).run(stop.signal);
  });
  afterAll(async () => {
    stop.abort();
    await numbering;
    await service.close();
    await bus.close(500);
    await pool.end();
    await Promise.all(servers.map((server) => server.stop()));
  });

  const happened = async (...events: CampaignEvent[]): Promise<void> => {
    const stream = streamOf.campaign('CHG1');
    const expectedVersion = (await store.read(stream)).length;
    const appended = events.map(({ type, data }) => ({ id: randomUUID(), type, schemaVersion: 1, data }));
    const cause = { correlation: 'CHG1', actor: 'agent-1', recordedAt: AT };
    await store.append([{ stream, expectedVersion, events: appended }], cause);
  };
  const ask = (method: 'get' | 'post', path: string, role: keyof typeof TOKENS | null = 'operator') => {
    const asked = request(service.url)[method](`/v1/incidents${path}`);
    return role === null ? asked : asked.set('authorization', `Bearer ${TOKENS[role]}`);
  };
  const all = async (query = ''): Promise<Incident[]> =>
    (await ask('get', query).expect(200)).body as Incident[];
  const incident = async (id: string): Promise<Incident | undefined> =>
    (await all()).find((candidate) => candidate.id === id);
  const becomes = (id: string, what: Partial<Incident>): Promise<Incident> =>
    waitUntil(
      async () => {
        const found = await incident(id);
        const isSo = Object.entries(what).every(([name, value]) => found?.[name as keyof Incident] === value);
        return isSo && found;
      },
      { timeoutMs: 10_000, what: `${id} to be ${JSON.stringify(what)}` },
    );
  const whatOf = ({ history }: Incident): string[] => history.map(({ what }) => what);

  it('shows a job that somebody has to look at, with what the host has printed, whatever that was', async () => {
    const facts = { failure: 'the unit would not stop\0' };
    await happened(opened('stop-db', { facts }));
    const found = await becomes('CHG1~stop-db', { status: 'open' });
    expect(found).toMatchObject({
      ...{
        kind: 'job',
        campaign: 'CHG1',
        name: 'STOP_DB_stop-db',
        outputTail: 'no␀space left',
        timesOpened: 1,
        facts,
      },
      ...{ slackMs: 60_000, waiting: 3, answers: ['retry', 'complete'] },
    });
    expect((await ask('get', '/CHG1~stop-db', 'viewer').expect(200)).body).toEqual(found);
  });

  it('opens an incident again instead of making another one, and keeps its history', async () => {
    await happened(opened('stop-db', { attempt: 2, summary: 'exit code 2' }));
    const again = await becomes('CHG1~stop-db', { timesOpened: 2 });
    expect(again).toMatchObject({
      status: 'open',
      attempt: 2,
      summary: 'exit code 2',
      openedAt: AT,
      facts: {},
    });
    expect(whatOf(again)).toEqual(['opened', 'opened again']);
  });

  it('says who looks at it, until it is opened again', async () => {
    const answer = await ask('post', '/CHG1~stop-db/ack').send({ note: 'on it' }).expect(200);
    expect(answer.body).toMatchObject({ status: 'acknowledged', acknowledgedBy: 'the-operator' });
    await becomes('CHG1~stop-db', { status: 'acknowledged', acknowledgedBy: 'the-operator' });
    await happened(opened('stop-db', { attempt: 3 }));
    await becomes('CHG1~stop-db', { status: 'open', acknowledgedBy: null, timesOpened: 3 });
  });

  it('is not closed by words while its job waits', async () => {
    const { body } = await ask('post', '/CHG1~stop-db/resolve').send({}).expect(409);
    expect(body).toMatchObject({
      code: 'job-waits',
      nextStep: expect.stringContaining('retry, complete') as string,
    });
  });

  it('is resolved by what happens in the campaign', async () => {
    const data = {
      incident: 'CHG1~stop-db',
      job: 'stop-db',
      how: 'reaction',
      by: 'patchtide',
      at: AT,
    } as const;
    await happened({ type: 'IncidentResolved', data });
    const resolved = await becomes('CHG1~stop-db', { status: 'resolved', resolvedHow: 'reaction' });
    expect([resolved.answers, whatOf(resolved).at(-1)]).toEqual([[], 'resolved']);
  });

  it('tells why a campaign has no plan, until a corrected change is accepted', async () => {
    const reasons = [{ path: '/policy', message: 'is unknown', remedy: 'Name a known one.' }];
    await happened({ type: 'CampaignRejected', data: { stage: 'plan', revision: 1, reasons, at: AT } });
    const rejected = await becomes('CHG1~rejected', { status: 'open', kind: 'campaign-rejected' });
    expect(rejected.faults).toEqual(reasons);
    const change = {
      id: 'CHG1',
      title: 't',
      scope: {},
      window: WINDOW,
      policy: 'standard',
      requestedBy: 'm.weber',
    };
    const changeDigest = `sha256:${'a'.repeat(64)}`;
    await happened({ type: 'ChangeAccepted', data: { change, changeDigest, revision: 2, at: AT } });
    await becomes('CHG1~rejected', { status: 'resolved', resolvedHow: 'corrected', resolvedBy: 'm.weber' });
  });

  it('makes a dead letter an incident, once, however often it is delivered, which a person closes', async () => {
    const letter = {
      ...{ stream: 'PATCHTIDE_CHANGES', consumer: 'c', sequence: 7, deliveries: 1, storedAt: AT },
      ...{ subject: subjects.changesApproved, reason: '/id is missing\n/title is missing', headers: {} },
      ...{ body: '{}', bodyTruncated: false },
    };
    for (let copy = 0; copy < 3; copy++) await bus.publish(subjects.dead('PATCHTIDE_CHANGES'), letter);
    await bus.publish(subjects.dead('PATCHTIDE_CHANGES'), { reason: 'of somebody else' });
    await bus.publish(subjects.dead('PATCHTIDE_CHANGES'), { ...letter, sequence: 8 });
    const found = await waitUntil(
      async () => {
        const letters = (await all()).filter(({ kind }) => kind === 'invalid-change');
        return letters.length === 2 && letters;
      },
      { timeoutMs: 10_000, what: 'two incidents' },
    );
    expect(found.map(({ timesOpened, faults }) => [timesOpened, faults.length])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const id = found[0]?.id ?? '';
    const closed = await ask('post', `/${id}/resolve`).send({ note: 'told the sender' }).expect(200);
    expect(closed.body).toMatchObject({ status: 'resolved', resolvedBy: 'the-operator' });
    const resolved = await becomes(id, { status: 'resolved', resolvedHow: 'by-hand' });
    expect(resolved.history.at(-1)).toMatchObject({ what: 'resolved', text: 'told the sender' });
  });

  it('leaves what a campaign could not solve to a person when the campaign has ended', async () => {
    await happened(opened('patch-srv-1'));
    const obligations = ['stopped:db'];
    await happened({ type: 'CampaignNeedsHands', data: { obligations, at: AT } });
    await becomes('CHG1~needs-hands', { status: 'open' });
    await ask('post', '/CHG1~needs-hands/resolve').send({}).expect(409);
    const counts = { serversPatched: 0, jobsSucceeded: 1, jobsSkipped: 0, jobsUnresolved: 1, incidents: 2 };
    await happened({ type: 'CampaignClosed', data: { outcome: 'aborted', ...counts, at: AT } });
    await becomes('CHG1~needs-hands', { status: 'resolved', resolvedHow: 'given-back' });
    const left = await incident('CHG1~patch-srv-1');
    expect([left?.status, left?.answers, left && whatOf(left)]).toEqual(['open', [], ['opened', 'left']]);
    await ask('post', '/CHG1~patch-srv-1/resolve').send({ note: 'patched by hand' }).expect(200);
    await becomes('CHG1~patch-srv-1', { status: 'resolved' });
  });

  it('answers only what a caller may, and names what is wrong', async () => {
    await ask('get', '', null).expect(401);
    await ask('get', '', 'viewer').expect(200);
    await ask('post', '/CHG1~stop-db/ack', 'viewer').send({}).expect(403);
    const missing = await ask('get', '/nobody').expect(404);
    expect(missing.headers['content-type']).toContain('application/problem+json');
    const faulty = await ask('get', '?status=broken&colour=red').expect(422);
    expect((faulty.body as { faults: { path: string }[] }).faults.map(({ path }) => path).sort()).toEqual([
      '/colour',
      '/status',
    ]);
    await ask('post', '/CHG1~stop-db/ack').send({ note: 7 }).expect(400);
    await ask('post', '/CHG1~stop-db/ack').send({ who: 'me' }).expect(400);
  });

  it('lists those with the least slack first, and only those that are asked for', async () => {
    await happened(opened('stop-a', { slackMs: 5_000 }), opened('stop-b', { slackMs: -5_000 }));
    await becomes('CHG1~stop-b', { status: 'open' });
    const open = await all('?status=open,acknowledged&campaign=CHG1');
    expect(open.map(({ job }) => job)).toEqual(['stop-b', 'stop-a']);
    expect(await all('?campaign=CHG2')).toEqual([]);
  });

  it('answers what its description says', async () => {
    const { components } = openApiOf(service.app);
    const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
    ajv.addSchema({ $id: 'api', components });
    const incidents = await all();
    expect(incidents.length).toBeGreaterThan(4);
    for (const found of incidents) {
      expect([ajv.validate('api#/components/schemas/Incident', found), ajv.errors]).toEqual([true, null]);
    }
    const { body } = await ask('get', '?status=broken').expect(422);
    expect([ajv.validate('api#/components/schemas/Problem', body), ajv.errors]).toEqual([true, null]);
  });

  it('is built anew from the events on command, and is the same again', async () => {
    const before = await all();
    await pool.query("update incidents.incident set summary = 'made up', status = 'resolved'");
    await rebuild(env);
    await waitUntil(async () => isDeepStrictEqual(await all(), before), {
      ...{ timeoutMs: 10_000, what: 'the same incidents as before' },
    });
  });
});
