import { randomUUID } from 'node:crypto';
import type { WorkOrder } from '@patchtide/contracts';
import { type CampaignCommand, Rejected } from '@patchtide/domain';
import { VersionConflict } from '@patchtide/event-store';
import type { Bus } from '@patchtide/messaging';
import { CampaignLog } from './campaign-log';
import { CampaignLetGo, CampaignRunner } from './campaign-runner';
import { Clock } from './testing/clock';
import { aChange, answerWithPlan, estate, NOW } from './testing/estate';
import { closedGate, FailingStore } from './testing/failing-store';
import { alive, attempt, finished, started } from './testing/reports';
import { WorkSender } from './work-sender';

const changeDigest = `sha256:${'d'.repeat(64)}`;
const MINUTE = 60_000;
const pause: CampaignCommand = { type: 'Pause', by: 'k.lindner', reason: 'look first', at: NOW };
const resume: CampaignCommand = { ...pause, type: 'Resume' };

/** A store, a bus that takes everything, and the instances that run campaign CHG1 on them. */
class World {
  readonly store = new FailingStore();
  readonly clock = new Clock();
  readonly orders: WorkOrder[] = [];
  readonly lost: unknown[] = [];

  /** An instance that has just taken the campaign on. */
  async runner(epoch = 1): Promise<CampaignRunner> {
    const nothing = (): void => undefined;
    const { signal } = new AbortController();
    const log = new CampaignLog(this.store, 'CHG1', {
      ...{ newId: randomUUID, onProblem: nothing, onAppended: nothing, signal },
    });
    const publish: Bus['publish'] = async (_subject, order) => {
      this.orders.push(order as WorkOrder);
      return { stream: 'PATCHTIDE_WORK', sequence: 1, duplicate: false };
    };
    const sender = new WorkSender({ publish }, nothing);
    const onLost = (error: unknown): void => void this.lost.push(error);
    return new CampaignRunner(log, sender, await log.load(), { epoch, now: this.clock.now, onLost });
  }

  /** An instance whose campaign has just started: the web servers' stops are dispatched. */
  async running(copies = 1): Promise<CampaignRunner> {
    const runner = await this.runner();
    const landscape = estate(copies);
    await runner.submit({ type: 'SubmitChange', change: aChange(), changeDigest, at: NOW }, 'm.weber');
    const plan = await answerWithPlan(this.store, aChange(), landscape);
    runner.knowPlan(plan);
    await runner.submit({ type: 'AdoptPlan', plan, revision: 1, at: NOW }, 'plan-generator');
    await runner.tick();
    return runner;
  }

  async types(): Promise<string[]> {
    return (await this.store.read('campaign-CHG1')).map(({ type }) => type);
  }
}

describe('the runner of a campaign', () => {
  it('sends an order only after its dispatch is stored', async () => {
    const world = new World();
    const runner = await world.running();
    const before = world.orders.length;
    const { gate, open } = closedGate();
    world.store.gate = gate;
    const reporting = runner.report(finished(attempt('stop-web')));
    await Promise.resolve();
    expect(world.orders).toHaveLength(before);
    open();
    await reporting;
    expect(world.orders.map(({ attemptId }) => attemptId)).toContain('CHG1/stop-app/1');
  });

  it('stores in one append what came while it was busy', async () => {
    const world = new World();
    const runner = await world.running(5);
    const { gate, open } = closedGate();
    world.store.gate = gate;
    const before = world.store.appends.length;
    const jobs = [1, 2, 3, 4, 5].map((copy) => attempt(`stop-web-${copy}`));
    const reporting = jobs.flatMap((of) => [runner.report(started(of)), runner.report(finished(of))]);
    open();
    await Promise.all(reporting);
    expect(world.store.appends).toHaveLength(before + 2);
    expect((await world.types()).filter((type) => type === 'JobSucceeded')).toHaveLength(5);
  });

  it('names in every append who is behind it, also when several people and agents ask at once', async () => {
    const world = new World();
    const runner = await world.running(2);
    const { gate, open } = closedGate();
    world.store.gate = gate;
    const asking = [
      runner.report(started(attempt('stop-web-1'), 'agent-1')),
      runner.report(started(attempt('stop-web-2'), 'agent-2')),
      runner.submit(pause, 'k.lindner'),
      runner.report(finished(attempt('stop-web-1'), 'succeeded', 'agent-1')),
    ];
    open();
    await Promise.all(asking);
    const stored = await world.store.read('campaign-CHG1');
    const actors = stored.map(({ type, data, meta }) => [type, data['job'], meta.actor]);
    expect(actors).toEqual(
      expect.arrayContaining([
        ['JobStarted', 'stop-web-1', 'agent-1'],
        ['JobSucceeded', 'stop-web-1', 'agent-1'],
        ['JobStarted', 'stop-web-2', 'agent-2'],
        ['CampaignPaused', undefined, 'k.lindner'],
      ]),
    );
  });

  it('refuses a command against the rules to its sender alone', async () => {
    const world = new World();
    const runner = await world.running();
    const nonsense: CampaignCommand = {
      type: 'ControlJob',
      verb: 'retry',
      job: 'stop-nothing',
      by: 'x',
      reason: '',
      at: NOW,
    };
    const [refused, paused] = await Promise.allSettled([
      runner.submit(nonsense, 'x'),
      runner.submit(pause, 'x'),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(Rejected) as Rejected });
    expect(paused).toMatchObject({ status: 'fulfilled', value: [{ type: 'CampaignPaused' }] });
    expect(world.lost).toEqual([]);
  });

  it('stores nothing when nothing has changed', async () => {
    const world = new World();
    const runner = await world.running();
    const before = world.store.appends.length;
    await runner.tick();
    expect(await runner.submit(resume, 'k.lindner')).toEqual([]);
    expect(world.store.appends).toHaveLength(before);
  });

  it('notes signs of life without storing them', async () => {
    const world = new World();
    const runner = await world.running();
    const before = { appends: world.store.appends.length, orders: world.orders.length };
    for (let second = 0; second < 60; second += 5) {
      world.clock.pass(5_000);
      await runner.report(alive(attempt('stop-web')));
      await runner.tick();
    }
    expect({ appends: world.store.appends.length, orders: world.orders.length }).toEqual(before);
  });

  it('sends a lost order again after a while of silence', async () => {
    const world = new World();
    const runner = await world.running();
    world.clock.pass(16_000);
    await runner.tick();
    expect(world.orders.map(({ attemptId }) => attemptId)).toEqual(['CHG1/stop-web/1', 'CHG1/stop-web/1']);
    expect((await world.types()).filter((type) => type === 'JobDispatched')).toHaveLength(1);
  });

  it('tells a forecast that has become news, and looks for it at most every two seconds', async () => {
    const world = new World();
    const runner = await world.running();
    const told = async () => (await world.types()).filter((type) => type === 'ForecastChanged').length;
    world.clock.pass(6 * MINUTE - 1_000);
    await runner.report(alive(attempt('stop-web')));
    await runner.tick();
    expect(await told()).toBe(1);
    for (let i = 0; i < 7; i++) {
      world.clock.pass(MINUTE);
      await runner.report(alive(attempt('stop-web')));
      await runner.tick();
    }
    expect(await told()).toBe(2);
  });

  it('calls an attempt unknown on which nobody has reported in time', async () => {
    const world = new World();
    const runner = await world.running();
    world.clock.pass(20 * MINUTE);
    await runner.tick();
    const [failed] = (await world.store.read('campaign-CHG1')).filter(({ type }) => type === 'JobFailed');
    expect(failed?.data).toMatchObject({ job: 'stop-web', attempt: 1, outcome: 'unknown' });
    expect(runner.campaign.execution?.incidents.size).toBe(1);
  });

  it('is lost when another instance has appended: everybody who waits is told, and so is whoever comes later', async () => {
    const world = new World();
    const zombie = await world.running();
    const successor = await world.runner(2);
    await successor.submit(pause, 'k.lindner');
    const refused = await Promise.allSettled([
      zombie.report(finished(attempt('stop-web'), 'failed')),
      zombie.submit({ ...resume, by: 'x' }, 'x'),
    ]);
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(world.lost).toEqual([expect.any(VersionConflict)]);
    await expect(zombie.submit(pause, 'x')).rejects.toThrow(VersionConflict);
    expect((await world.types()).at(-1)).toBe('CampaignPaused');
  });

  it('takes a campaign over where the former instance left it, and sends nothing twice by itself', async () => {
    const world = new World();
    const former = await world.running();
    await former.report(finished(attempt('stop-web')));
    const dispatched = (await world.types()).filter((type) => type === 'JobDispatched').length;
    const orders = world.orders.length;
    const successor = await world.runner(2);
    await successor.tick();
    expect((await world.types()).filter((type) => type === 'JobDispatched')).toHaveLength(dispatched);
    expect(world.orders).toHaveLength(orders);
    world.clock.pass(16_000);
    await successor.tick();
    expect(world.orders).toContainEqual(expect.objectContaining({ attemptId: 'CHG1/stop-app/1', epoch: 2 }));
  });

  it('ends what is being stored and refuses the rest when it is closed', async () => {
    const world = new World();
    const runner = await world.running();
    const { gate, open } = closedGate();
    world.store.gate = gate;
    const first = runner.submit(pause, 'k.lindner');
    const second = runner.submit(resume, 'm.weber').catch((error: unknown) => error);
    const closing = runner.close();
    open();
    await closing;
    expect(await first).toMatchObject([{ type: 'CampaignPaused' }]);
    expect(await second).toBeInstanceOf(CampaignLetGo);
    await expect(runner.submit(resume, 'm.weber')).rejects.toThrow(CampaignLetGo);
    expect((await world.types()).at(-1)).toBe('CampaignPaused');
  });

  it('is lost when it cannot decide, because its state is then of no use', async () => {
    const world = new World();
    const runner = await world.running();
    const impossible = { type: 'Nothing', at: NOW } as unknown as CampaignCommand;
    await expect(runner.submit(impossible, 'x')).rejects.toThrow();
    expect(world.lost).toHaveLength(1);
    expect(runner.isIdle).toBe(true);
  });
});
