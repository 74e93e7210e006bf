import { subjects, type WorkOrder } from '@patchtide/contracts';
import { type CampaignCommand, Rejected } from '@patchtide/domain';
import { waitUntil } from '@patchtide/embedded';
import { type Bus, consume, consumers, ensureTopology, MemoryBroker } from '@patchtide/messaging';
import { CampaignDirectory } from './directory';
import { aChange, answer, answerWithPlan, estate, NOW, ZONE } from './testing/estate';
import { Clock } from './testing/clock';
import { FailingStore } from './testing/failing-store';
import { LeaseTable, MemoryLeases } from './testing/memory-leases';
import { finished } from './testing/reports';

const pause: CampaignCommand = { type: 'Pause', by: 'k.lindner', reason: 'look first', at: NOW };

interface Notice {
  readonly message: string;
  readonly campaign?: unknown;
  readonly error?: unknown;
}

/** Instances of campaign-control over one store, one broker and one table of leases. */
class World {
  readonly store = new FailingStore();
  readonly broker = new MemoryBroker();
  readonly clock = new Clock();
  readonly table = new LeaseTable();
  readonly notices: Notice[] = [];
  readonly buses: Bus[] = [];
  readonly directories: CampaignDirectory[] = [];

  async instance(name: string, ttlMs = 60_000): Promise<CampaignDirectory> {
    const bus = this.broker.connect();
    await ensureTopology(bus);
    const { store } = this;
    const leases = new MemoryLeases(this.table, name, ttlMs, () => this.clock.now().getTime());
    const notice = (message: string, detail: object): void => void this.notices.push({ message, ...detail });
    const directory = new CampaignDirectory({ store, bus, leases, notice, now: this.clock.now });
    this.buses.push(bus);
    this.directories.push(directory);
    return directory;
  }

  /** Executors that carry out every order at once. */
  async executors(): Promise<string[]> {
    const bus = this.broker.connect();
    await ensureTopology(bus);
    this.buses.push(bus);
    const attempts: string[] = [];
    await consume(bus, { ...consumers.work('host', ZONE), concurrency: 8 }, async ({ data }) => {
      const order = data as WorkOrder;
      attempts.push(order.attemptId);
      await bus.publish(subjects.reports(order.campaign), finished(order));
    });
    return attempts;
  }

  async end(): Promise<void> {
    await Promise.all(this.directories.map((directory) => directory.close()));
    await Promise.all(this.buses.map((bus) => bus.close(100)));
  }

  messages(campaign: string): string[] {
    return this.notices.filter((notice) => notice.campaign === campaign).map(({ message }) => message);
  }
}

describe('the directory of campaigns', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.end());

  const ticking = (directory: CampaignDirectory, what: string, condition: () => unknown): Promise<unknown> =>
    waitUntil(async () => (await directory.tick(), condition()), { timeoutMs: 5_000, what, intervalMs: 5 });

  it('begins the campaign of a change, waits for its plan, and runs it to its end', async () => {
    const a = await world.instance('a');
    const attempts = await world.executors();
    const events = await a.submitChange(aChange(), 'm.weber');
    expect(events).toMatchObject([{ type: 'ChangeAccepted' }]);
    await a.tick();
    expect(a.campaign('CHG1')?.status).toBe('planning');
    const plan = await answerWithPlan(world.store, aChange(), estate(2));
    await ticking(a, 'the end', () => a.size === 0);
    const jobs = plan.jobs.filter(({ executor }) => executor === 'host');
    expect(attempts.sort()).toEqual(jobs.map(({ id }) => `CHG1/${id}/1`).sort());
    const last = (await world.store.read('campaign-CHG1')).at(-1);
    expect(last).toMatchObject({ type: 'CampaignClosed', data: { outcome: 'completed', jobsUnresolved: 0 } });
  });

  it('refuses a command for a campaign that does not exist', async () => {
    const a = await world.instance('a');
    await expect(a.command('CHG9', pause, 'k.lindner')).rejects.toThrow(Rejected);
  });

  it('leaves a campaign to the instance that holds it', async () => {
    const [a, b] = [await world.instance('a'), await world.instance('b')];
    await a.submitChange(aChange(), 'm.weber');
    expect(await b.submitChange(aChange(), 'm.weber')).toBeUndefined();
    expect(await b.command('CHG1', pause, 'k.lindner')).toBeUndefined();
    await b.claimFree();
    expect([a.size, b.size]).toEqual([1, 0]);
  });

  it('lets one claim of a campaign serve all who ask for it at once', async () => {
    const a = await world.instance('a');
    const answers = await Promise.all([1, 2, 3].map(() => a.submitChange(aChange(), 'm.weber')));
    expect(answers.map((events) => events?.length)).toEqual([1, 0, 0]);
    expect(world.table.epoch).toBe(1);
  });

  it('takes on what another instance gives back, at once', async () => {
    const [a, b] = [await world.instance('a'), await world.instance('b')];
    await a.submitChange(aChange(), 'm.weber');
    await a.close();
    await b.claimFree();
    expect([a.size, b.campaign('CHG1')?.status]).toEqual([0, 'planning']);
    await a.claimFree();
    expect(await a.command('CHG1', pause, 'k.lindner')).toBeUndefined();
  });

  it('takes on what another instance held when its lease lapses, and not before', async () => {
    const [a, b] = [await world.instance('a', 9_000), await world.instance('b', 9_000)];
    await a.submitChange(aChange(), 'm.weber');
    world.clock.pass(8_000);
    await b.claimFree();
    expect(b.size).toBe(0);
    world.clock.pass(2_000);
    await b.claimFree();
    expect(b.size).toBe(1);
  });

  it('keeps its leases, and lets go of a campaign whose lease it has lost', async () => {
    const [a, b] = [await world.instance('a', 9_000), await world.instance('b', 9_000)];
    await a.submitChange(aChange(), 'm.weber');
    for (let round = 0; round < 5; round++) {
      world.clock.pass(5_000);
      await a.keepLeases();
    }
    expect(a.size).toBe(1);
    world.clock.pass(10_000);
    await b.claimFree();
    await a.keepLeases();
    expect([a.size, b.size]).toEqual([0, 1]);
    expect(world.messages('CHG1')).toContain('campaign let go');
  });

  it('gives up a campaign that another instance has appended to, and carries the command out on a fresh state', async () => {
    const [a, b] = [await world.instance('a', 9_000), await world.instance('b', 9_000)];
    await a.submitChange(aChange(), 'm.weber');
    world.clock.pass(10_000);
    await b.claimFree();
    const abort: CampaignCommand = { ...pause, type: 'Abort' };
    expect(await b.command('CHG1', abort, 'k.lindner')).toMatchObject([
      { type: 'RestoreBegan' },
      { type: 'CampaignClosed' },
    ]);
    await b.tick();
    // The former holder still believes that the campaign is being planned.
    expect(a.campaign('CHG1')?.status).toBe('planning');
    expect(await a.command('CHG1', abort, 'm.weber')).toEqual([]);
    expect(a.campaign('CHG1')?.status).toBe('closed');
    expect(world.notices.map(({ error }) => (error as Error | undefined)?.name)).toContain('VersionConflict');
  });

  it('lets go of a campaign that is at rest, and takes it on again with a corrected change', async () => {
    const a = await world.instance('a');
    await a.submitChange(aChange(), 'm.weber');
    const data = { campaign: 'CHG1', revision: 1, faults: [], at: NOW };
    await answer(world.store, { type: 'PlanRejected', data });
    await ticking(a, 'the campaign to be let go', () => a.size === 0);
    await a.claimFree();
    expect(a.size).toBe(0);
    const again = await a.submitChange(aChange({ title: 'corrected' }), 'm.weber');
    expect(again).toMatchObject([{ type: 'ChangeAccepted', data: { revision: 2 } }]);
    await a.tick();
    expect(a.campaign('CHG1')?.status).toBe('planning');
  });

  it('says once why a campaign cannot take its turn, and lets the others take theirs', async () => {
    const a = await world.instance('a');
    await a.submitChange(aChange(), 'm.weber');
    await a.submitChange(aChange({ id: 'CHG2' }), 'm.weber');
    await answerWithPlan(world.store, aChange({ id: 'CHG2' }));
    const read = world.store.read.bind(world.store);
    world.store.read = async (stream, ...rest) => {
      if (stream === 'plan-CHG1') throw new Error('the disk is full');
      return read(stream, ...rest);
    };
    for (let round = 0; round < 3; round++) await a.tick();
    expect(a.campaign('CHG2')?.status).toBe('running');
    const told = world.notices.filter(({ message }) => message === 'a campaign could not take its turn');
    expect(told).toMatchObject([{ campaign: 'CHG1', error: { message: 'the disk is full' } }]);
    world.store.read = read;
    await answerWithPlan(world.store, aChange());
    await a.tick();
    expect(a.campaign('CHG1')?.status).toBe('running');
  });

  it('takes on the others when one campaign cannot be loaded, and tries that one again when its lease has lapsed', async () => {
    const [a, b] = [await world.instance('a', 9_000), await world.instance('b', 9_000)];
    for (const id of ['CHG1', 'CHG2', 'CHG3']) await a.submitChange(aChange({ id }), 'm.weber');
    await a.close();
    const read = world.store.read.bind(world.store);
    world.store.read = async (stream, ...rest) => {
      if (stream === 'campaign-CHG1') throw new Error('the page is damaged');
      return read(stream, ...rest);
    };
    await b.claimFree();
    await b.claimFree();
    expect(b.size).toBe(2);
    expect(
      world.messages('CHG1').filter((message) => message === 'a campaign could not be taken on'),
    ).toHaveLength(1);
    world.store.read = read;
    world.clock.pass(10_000);
    await b.claimFree();
    expect(b.campaign('CHG1')?.status).toBe('planning');
  });

  it('listens again for reports when that failed once', async () => {
    const a = await world.instance('a');
    await world.executors();
    await a.submitChange(aChange(), 'm.weber');
    await answerWithPlan(world.store, aChange());
    const [bus] = world.buses;
    if (!bus) throw new Error('there is no bus');
    const openFeed = bus.openFeed.bind(bus);
    bus.openFeed = async () => Promise.reject(new Error('JetStream is not ready'));
    await a.tick();
    await a.tick();
    bus.openFeed = openFeed;
    await ticking(a, 'the end', () => a.size === 0);
    expect(world.notices).toContainEqual(
      expect.objectContaining({ message: 'a campaign could not take its turn' }),
    );
  });

  it('goes on after the bus was wiped: orders and reports that were lost cost time, not jobs', async () => {
    const a = await world.instance('a');
    await a.submitChange(aChange(), 'm.weber');
    await answerWithPlan(world.store, aChange());
    await ticking(a, 'the first dispatch', () => (a.campaign('CHG1')?.execution?.inFlight.size ?? 0) > 0);
    world.broker.wipe();
    await world.executors();
    await ticking(a, 'the end', () => (world.clock.pass(1_000), a.size === 0));
    const events = await world.store.read('campaign-CHG1');
    const attempts = events
      .filter(({ type }) => type === 'JobDispatched')
      .map(({ data }) => data['attemptId']);
    expect(new Set(attempts).size).toBe(attempts.length);
    expect(events.at(-1)?.type).toBe('CampaignClosed');
  });
});
