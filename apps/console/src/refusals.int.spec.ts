import { type RunningServer, startNats, startPostgres, waitUntil } from '@patchtide/embedded';
import { ConsoleUnderTest } from './testing/console-under-test';
import type { Role } from './testing/tokens';

interface Case {
  readonly status: number;
  readonly call: string;
  readonly role: Role | null;
  readonly body?: object;
}

const WITHOUT_TOKEN: readonly Case[] = [
  { status: 401, call: 'GET /campaigns', role: null },
  { status: 401, call: 'GET /stream', role: null },
  { status: 401, call: 'POST /changes', role: null, body: {} },
];

const WITHOUT_THE_ROLE: readonly Case[] = [
  { status: 403, call: 'POST /changes', role: 'viewer', body: {} },
  { status: 403, call: 'POST /campaigns/CHG1/approve', role: 'operator', body: { planDigest: 'x' } },
  { status: 403, call: 'POST /campaigns/CHG1/pause', role: 'approver', body: {} },
  { status: 403, call: 'POST /campaigns/CHG1/jobs/stop-web/retry', role: 'service', body: {} },
  { status: 403, call: 'POST /campaigns/CHG1/conditions/quiet/publish', role: 'approver', body: {} },
  { status: 403, call: 'POST /landscapes', role: 'approver', body: { source: 'x', landscape: {} } },
];

const UNKNOWN: readonly Case[] = [
  { status: 404, call: 'GET /campaigns/CHG9', role: 'viewer' },
  { status: 404, call: 'GET /campaigns/CHG9/jobs', role: 'viewer' },
  { status: 404, call: 'GET /campaigns/CHG9/events', role: 'viewer' },
  { status: 404, call: 'GET /campaigns/CHG9/evidence', role: 'viewer' },
  { status: 404, call: 'GET /campaigns/CHG1/jobs/stop-nothing', role: 'viewer' },
  { status: 404, call: 'GET /nothing', role: 'viewer' },
  { status: 404, call: 'POST /campaigns/CHG1/explode', role: 'operator', body: {} },
  { status: 404, call: 'GET /campaigns/CHG9/conditions', role: 'viewer' },
  { status: 404, call: 'POST /campaigns/CHG1/conditions/quiet/explode', role: 'operator', body: {} },
  { status: 404, call: 'POST /campaigns/CHG1/jobs/stop-web/explode', role: 'operator', body: {} },
];

const TOO_EARLY: readonly Case[] = [
  { status: 409, call: 'GET /campaigns/CHG2/plan', role: 'viewer' },
  { status: 409, call: 'GET /campaigns/CHG2/forecast', role: 'viewer' },
];

const MEANINGLESS: readonly Case[] = [
  { status: 422, call: 'GET /campaigns/CHG1/state', role: 'viewer' },
  { status: 422, call: 'GET /campaigns/CHG1/state?at=2026-11-29T22:00:00', role: 'viewer' },
  { status: 422, call: 'GET /campaigns/CHG1/events?from=-1', role: 'viewer' },
  { status: 422, call: 'GET /campaigns/CHG1/events?limit=99999', role: 'viewer' },
  { status: 422, call: 'GET /campaigns/CHG1/jobs?status=broken&colour=red', role: 'viewer' },
  { status: 422, call: 'GET /stream?after=soon', role: 'viewer' },
  {
    ...{ status: 422, call: 'POST /landscapes', role: 'operator' },
    body: { source: 'x', landscape: { servers: 1e300 } },
  },
  { status: 400, call: 'POST /landscapes', role: 'operator', body: { source: 7 } },
  {
    ...{ status: 400, call: 'POST /campaigns/CHG1/pause', role: 'operator' },
    body: { reason: 'x'.repeat(501) },
  },
  { status: 400, call: 'POST /campaigns/CHG1/pause', role: 'operator', body: { why: 'x' } },
  { status: 400, call: 'POST /campaigns/CHG1/approve', role: 'approver', body: {} },
];

describe('the console refuses, and asks nobody else,', () => {
  let postgres: RunningServer;
  let nats: RunningServer;
  let console: ConsoleUnderTest;

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    console = await ConsoleUnderTest.start({ databaseUrl: postgres.url, natsUrl: nats.url });
    await waitUntil(() => console.isCaughtUp(), { timeoutMs: 20_000, what: 'the console to catch up' });
  });
  afterAll(async () => {
    await console?.stop();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  /** The problem that a call is answered with. */
  async function problemOf({ status, call, role, body }: Case): Promise<{ faults?: { path: string }[] }> {
    const [method, path = ''] = call.split(' ');
    const asked = console.ask(method === 'POST' ? 'post' : 'get', path, role);
    const answered = await (body === undefined ? asked : asked.send(body));
    expect([answered.status, answered.headers['content-type']]).toEqual([
      status,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(answered.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    return answered.body as { faults?: { path: string }[] };
  }

  afterEach(() => expect(console.others.commands).toEqual([]));

  it.each(WITHOUT_TOKEN)('$call without a token', (one) => problemOf(one));
  it.each(WITHOUT_THE_ROLE)('$call from a $role', (one) => problemOf(one));
  it.each(UNKNOWN)('$call of what does not exist', (one) => problemOf(one));
  it.each(TOO_EARLY)('$call before there is a plan', (one) => problemOf(one));

  it.each(MEANINGLESS)('$call with something meaningless, and says where ($status)', async (one) => {
    const { faults = [] } = await problemOf(one);
    expect(faults.filter(({ path }) => !path.startsWith('/'))).toEqual([]);
    expect(faults.length).toBeGreaterThan(0);
  });
});
