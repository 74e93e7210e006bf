import { createPool, type Pool, PostgresEventStore, Sequencer } from '@patchtide/event-store';
import { bootstrapService, type RunningService } from '@patchtide/service-kit';
import request, { type Test } from 'supertest';
import { serviceOptions } from '../service-options';
import { FakeIncidents } from './fake-incidents';
import { OtherServices } from './other-services';
import { RecordedCampaign } from './recorded-campaign';
import { type Role, tokenOf, TOKENS } from './tokens';

export interface Servers {
  readonly databaseUrl: string;
  readonly natsUrl: string;
}

/** The whole service on a real Postgres and nats-server, with other services that are ours. */
export class ConsoleUnderTest {
  readonly incidents = new FakeIncidents();
  /** Its first job has run. */
  readonly recorded: RecordedCampaign;
  readonly store: PostgresEventStore;
  private readonly stopping = new AbortController();
  private numbering = Promise.resolve();
  private service: RunningService | null = null;

  private constructor(
    private readonly servers: Servers,
    private readonly pool: Pool,
    readonly others: OtherServices,
  ) {
    this.store = new PostgresEventStore(pool);
    this.recorded = new RecordedCampaign(this.store);
  }

  /** Starts everything. CHG1 is running and its first job has succeeded, CHG2 has no plan yet. */
  static async start(servers: Servers): Promise<ConsoleUnderTest> {
    const pool = createPool(servers.databaseUrl, { role: false });
    const console = new ConsoleUnderTest(servers, pool, await OtherServices.start(servers.natsUrl));
    try {
      await console.begin();
      return console;
    } catch (error) {
      await console.stop();
      throw error;
    }
  }

  get running(): RunningService {
    if (!this.service) throw new Error('the console has been stopped');
    return this.service;
  }

  async startService(): Promise<void> {
    const { databaseUrl, natsUrl } = this.servers;
    const env = {
      ...{ DATABASE_URL: databaseUrl, NATS_URL: natsUrl, PORT: '0', LOG_LEVEL: 'fatal' },
      ...{ PATCHTIDE_TOKENS: TOKENS, INCIDENTS_URL: this.incidents.url },
    };
    this.service = await bootstrapService(serviceOptions(env));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.numbering;
    await this.service?.close();
    await this.others.stop();
    await this.pool.end();
    await this.incidents.stop();
  }

  /** Asks as somebody, or as nobody. */
  ask(method: 'get' | 'post', path: string, role: Role | null = 'viewer'): Test {
    const asked = request(this.running.url)[method](`/v1${path}`);
    return role === null ? asked : asked.set('authorization', `Bearer ${tokenOf(role)}`);
  }

  /** What a viewer gets; anything but 200 is an error. */
  async get<T>(path: string): Promise<T> {
    return (await this.ask('get', path).expect(200)).body as T;
  }

  /** Whether everything that is stored is shown. */
  async isCaughtUp(): Promise<boolean> {
    const shown = await this.get<{ id: string; version: number }[]>('/campaigns');
    for (const id of ['CHG1', 'CHG2']) {
      const stored = await this.store.read(`campaign-${id}`);
      if (shown.find((one) => one.id === id)?.version !== stored.length) return false;
    }
    return true;
  }

  private async begin(): Promise<void> {
    await this.incidents.start();
    // It makes the tables.
    await this.startService();
    this.numbering = new Sequencer(this.pool, { retryMs: 50 }).run(this.stopping.signal);
    await this.recorded.start();
    await this.recorded.ends('stop-web');
    await new RecordedCampaign(this.store, 'CHG2').submit();
  }
}
