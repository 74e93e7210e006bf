import type { IncomingMessage } from 'node:http';
import { type RunningServer, startNats, startPostgres, waitUntil } from '@patchtide/embedded';
import { openApiOf } from '@patchtide/service-kit';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { ConsoleUnderTest } from './testing/console-under-test';
import { textOf } from './testing/fake-incidents';

describe('the console', () => {
  let postgres: RunningServer;
  let nats: RunningServer;
  let console: ConsoleUnderTest;
  const get = <T>(path: string): Promise<T> => console.get<T>(path);

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    console = await ConsoleUnderTest.start({ databaseUrl: postgres.url, natsUrl: nats.url });
    await waitUntil(() => console.isCaughtUp(), { timeoutMs: 20_000, what: 'the console to catch up' });
  });
  afterAll(async () => {
    await console?.stop();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  it('answers every question about a campaign in the shape that its description says', async () => {
    const shapes = describedShapes();
    const one = async (name: string, path: string) => shapes.expect(name, await get(path));
    const many = async (name: string, path: string) => {
      const list = await get<unknown[]>(path);
      expect([path, list.length]).not.toEqual([path, 0]);
      for (const value of list) shapes.expect(name, value);
    };
    await many('Campaign', '/campaigns');
    await one('Campaign', '/campaigns/CHG1');
    await one('Plan', '/campaigns/CHG1/plan');
    await one('Forecast', '/campaigns/CHG1/forecast');
    await many('Job', '/campaigns/CHG1/jobs');
    await one('JobDetail', '/campaigns/CHG1/jobs/stop-web');
    await many('Obligation', '/campaigns/CHG1/obligations');
    await many('Event', '/campaigns/CHG1/events');
    await one('CampaignState', `/campaigns/CHG1/state?at=${console.recorded.at}`);
    await one('Evidence', '/campaigns/CHG1/evidence');
    shapes.expect('Problem', (await console.ask('get', '/campaigns/CHG9').expect(404)).body);
  });

  /** The shapes of the API's description; they allow nothing that is not described. */
  function describedShapes() {
    const { components } = openApiOf(console.running.app);
    // OpenAPI writes "this shape or null" in a way that JSON Schema does not know.
    const orNull = (_key: string, value: unknown): unknown => {
      const { nullable, allOf } = (value ?? {}) as { nullable?: boolean; allOf?: object[] };
      return nullable === true && allOf ? { anyOf: [...allOf, { type: 'null' }] } : value;
    };
    const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
    ajv.addSchema({ $id: 'api', components: JSON.parse(JSON.stringify(components), orNull) as object });
    return {
      expect: (name: string, value: unknown): void => {
        const isValid = ajv.validate(`api#/components/schemas/${name}`, value);
        expect([name, isValid, ajv.errors]).toEqual([name, true, null]);
        const { properties = {} } = components?.schemas?.[name] as { properties?: object };
        expect(Object.keys(value as object).filter((key) => !Object.hasOwn(properties, key))).toEqual([]);
      },
    };
  }

  it('finds the jobs that match', async () => {
    const stops = await get<{ id: string }[]>('/campaigns/CHG1/jobs?action=STOP&status=succeeded');
    expect(stops.map(({ id }) => id)).toEqual(['stop-web']);
  });

  it('tells events from a version on and bounded', async () => {
    const all = await get<{ version: number }[]>('/campaigns/CHG1/events');
    expect(all[0]).toMatchObject({ version: 1, type: 'ChangeAccepted', actor: 'm.weber' });
    const some = await get<{ version: number }[]>('/campaigns/CHG1/events?from=3&limit=2');
    expect(some.map(({ version }) => version)).toEqual([3, 4]);
  });

  it('tells the same events one per line to whoever prefers lines', async () => {
    const lines = await console
      .ask('get', '/campaigns/CHG1/events?from=2')
      .set('accept', 'application/x-ndjson')
      .buffer(true)
      .parse((response, done) => {
        void textOf(response as unknown as IncomingMessage).then((text) => done(null, text));
      })
      .expect(200)
      .expect('content-type', /x-ndjson/);
    const parsed = String(lines.body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const all = await get<unknown[]>('/campaigns/CHG1/events');
    expect(parsed).toEqual(all.slice(1));
  });

  it('shows the state at a moment', async () => {
    const before = new Date(Date.parse(console.recorded.at) - 500).toISOString();
    const state = await get<{ at: string; jobStates: { id: string; status: string }[] }>(
      `/campaigns/CHG1/state?at=${before}`,
    );
    expect(state.at).toBe(before);
    expect(state.jobStates.find(({ id }) => id === 'stop-web')?.status).toBe('dispatched');
  });
});
