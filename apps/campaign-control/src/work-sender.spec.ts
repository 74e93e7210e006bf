import {
  BEGIN_MARGIN_MS,
  type CampaignEvent,
  type Plan,
  subjects,
  type WorkOrder,
} from '@patchtide/contracts';
import { evolve, type Execution, initialCampaign, lastSafeMs } from '@patchtide/domain';
import { MemoryEventStore } from '@patchtide/event-store';
import type { Bus, PublishOptions } from '@patchtide/messaging';
import { aChange, answerWithPlan, NOW, ZONE } from './testing/estate';
import { WorkSender } from './work-sender';

const SECOND = 1_000;
const JOB = 'stop-web';

describe('the sender of work orders', () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await answerWithPlan(new MemoryEventStore(), aChange());
  });

  const dispatched: CampaignEvent = {
    type: 'JobDispatched',
    data: { job: JOB, attempt: 1, attemptId: `CHG1/${JOB}/1`, epoch: 7, at: NOW },
  };
  const execution = (...events: CampaignEvent[]): Execution => {
    const { digest: planDigest, landscapeDigest, policyDigest } = plan;
    const numbers = { jobs: 1, servers: 3, forecastEnd: NOW, fits: true, at: NOW };
    const planned: CampaignEvent = {
      type: 'CampaignPlanned',
      data: { planDigest, landscapeDigest, policyDigest, ...numbers },
    };
    const campaign = [planned, ...events].reduce(
      (state, event) => evolve(state, event, new Map([[plan.digest, plan]])),
      initialCampaign(),
    );
    if (!campaign.execution) throw new Error('there is no plan');
    return campaign.execution;
  };
  const timeoutMs = (): number => plan.jobs.find(({ id }) => id === JOB)?.timeoutMs ?? 0;

  const open = () => {
    const sent: { subject: string; order: WorkOrder; msgId: string | undefined }[] = [];
    const problems: string[] = [];
    const refusals: Error[] = [];
    const publish = async (subject: string, body: unknown, { msgId }: PublishOptions = {}) => {
      sent.push({ subject, order: body as WorkOrder, msgId });
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      return { stream: 'PATCHTIDE_WORK', sequence: sent.length, duplicate: false };
    };
    const bus: Pick<Bus, 'publish'> = { publish };
    const sender = new WorkSender(bus, (_error, attemptId) => problems.push(attemptId));
    return { sender, sent, problems, refusals };
  };
  /** How many copies have left after every so many seconds. */
  const copiesAfter = (
    { sender, sent }: ReturnType<typeof open>,
    run: Execution,
    seconds: readonly number[],
  ) => seconds.map((second) => (sender.watch(run, second * SECOND), sent.length));

  it('sends the order of a dispatched job to the executors of its zone, with the dispatch’s own numbers', () => {
    const { sender, sent } = open();
    sender.dispatchAll(execution(dispatched), [dispatched], 0);
    const [only] = sent;
    expect(only?.subject).toBe(subjects.work('host', ZONE));
    const target = { server: 'srv-web', address: expect.any(String) as string, port: 22, os: 'debian-12' };
    expect(only?.order).toMatchObject({
      campaign: 'CHG1',
      job: JOB,
      attemptId: `CHG1/${JOB}/1`,
      epoch: 7,
      target,
    });
  });

  it('sends again what nobody gives a sign of life for, each copy under a message id of its own', () => {
    const one = open();
    const run = execution(dispatched);
    one.sender.dispatchAll(run, [dispatched], 0);
    expect(copiesAfter(one, run, [1, 15, 16])).toEqual([1, 1, 2]);
    expect(new Set(one.sent.map(({ msgId }) => msgId)).size).toBe(2);
    expect(one.sent.map(({ order }) => order.copy)).toEqual([1, 2]);
  });

  it('waits longer from copy to copy, so that a queue nobody empties does not fill up', () => {
    const one = open();
    const run = execution(dispatched);
    one.sender.dispatchAll(run, [dispatched], 0);
    const everySecond = Array.from({ length: timeoutMs() / SECOND + 100 }, (_, second) => second);
    const copies = copiesAfter(one, run, everySecond);
    expect(copies[60]).toBe(3);
    expect(copies.at(-1)).toBeLessThanOrEqual(5 + everySecond.length / 120);
  });

  it('does not send again while there are signs of life, and soon when they end', () => {
    const one = open();
    const run = execution(dispatched);
    one.sender.dispatchAll(run, [dispatched], 0);
    for (let second = 5; second <= 100; second += 5) {
      one.sender.seen(JOB, 1, second * SECOND);
      one.sender.watch(run, second * SECOND);
    }
    expect(one.sent).toHaveLength(1);
    expect(copiesAfter(one, run, [115, 116])).toEqual([1, 2]);
  });

  it('takes a sign of life of another attempt for nothing', () => {
    const one = open();
    const run = execution(dispatched);
    one.sender.dispatchAll(run, [dispatched], 0);
    one.sender.seen(JOB, 2, 10 * SECOND);
    expect(copiesAfter(one, run, [16])).toEqual([2]);
  });

  it('sends sooner what the bus did not take, and tells of it', async () => {
    const one = open();
    const run = execution(dispatched);
    one.refusals.push(new Error('no connection'));
    one.sender.dispatchAll(run, [dispatched], 0);
    await Promise.resolve();
    await Promise.resolve();
    expect(one.problems).toEqual([`CHG1/${JOB}/1`]);
    expect(copiesAfter(one, run, [4, 6])).toEqual([1, 2]);
  });

  it('takes over what was in flight under the new epoch, and sends it when it stays silent', () => {
    const one = open();
    const run = execution(dispatched);
    one.sender.adopt(run, 8, 0);
    expect(copiesAfter(one, run, [14, 16])).toEqual([0, 1]);
    expect(one.sent[0]?.order).toMatchObject({ attemptId: `CHG1/${JOB}/1`, epoch: 8, copy: 2 });
  });

  describe('says until when the attempt may begin', () => {
    const AT_MS = Date.parse(NOW);
    const ofOther = (job: string): CampaignEvent => ({
      type: 'JobDispatched',
      data: { job, attempt: 1, attemptId: `CHG1/${job}/1`, epoch: 7, at: NOW },
    });
    const orderOf = (event: CampaignEvent, ...before: CampaignEvent[]): WorkOrder => {
      const { sender, sent } = open();
      sender.dispatchAll(execution(...before, event), [event], AT_MS);
      const [only] = sent;
      if (!only) throw new Error('nothing was sent');
      return only.order;
    };

    it('so long before the attempt can be given up as silent that clocks may differ by a minute', () => {
      const { sender } = open();
      const run = execution(dispatched);
      sender.dispatchAll(run, [dispatched], AT_MS);
      const latestMs = Date.parse(orderOf(dispatched).notAfter);
      expect(sender.watch(run, latestMs + BEGIN_MARGIN_MS)).toEqual([]);
      expect(sender.watch(run, latestMs + BEGIN_MARGIN_MS + 1)).toHaveLength(1);
      expect(BEGIN_MARGIN_MS).toBeGreaterThan(60 * SECOND);
      expect(latestMs - AT_MS).toBeGreaterThanOrEqual(timeoutMs());
    });

    it('in the same words in every copy, also after signs of life and under another instance', () => {
      const one = open();
      const run = execution(dispatched);
      one.sender.dispatchAll(run, [dispatched], AT_MS);
      one.sender.seen(JOB, 1, AT_MS + 60 * SECOND);
      one.sender.watch(run, AT_MS + 80 * SECOND);
      const other = open();
      const started: CampaignEvent = {
        type: 'JobStarted',
        data: { job: JOB, attempt: 1, executor: 'agent-1', at: new Date(AT_MS + 60 * SECOND).toISOString() },
      };
      const later = execution(dispatched, started);
      other.sender.adopt(later, 8, AT_MS + 90 * SECOND);
      other.sender.watch(later, AT_MS + 120 * SECOND);
      const orders = [...one.sent, ...other.sent].map(({ order }) => order.notAfter);
      expect([orders.length, new Set(orders).size]).toEqual([3, 1]);
    });

    it('never later than the plan allows: a stop until its last safe moment, work on a server inside the window', () => {
      const nearEnd = (job: string): WorkOrder => {
        const late = new Date(Date.parse(plan.window.end) - SECOND).toISOString();
        const event = ofOther(job);
        return orderOf({ ...event, data: { ...event.data, at: late } } as CampaignEvent);
      };
      const run = execution(dispatched);
      expect(nearEnd('stop-web').notAfter).toBe(new Date(lastSafeMs(run, 'stop-web')).toISOString());
      expect(Date.parse(nearEnd('patch-srv-web').notAfter)).toBe(Date.parse(plan.window.end));
      expect(Date.parse(nearEnd('start-web').notAfter)).toBeGreaterThan(Date.parse(plan.window.end));
    });
  });

  it('counts an attempt as silent beyond its time-out and a grace, and then sends it no more', () => {
    const { sender } = open();
    const run = execution(dispatched);
    sender.dispatchAll(run, [dispatched], 0);
    expect(sender.watch(run, timeoutMs() + 119 * SECOND)).toEqual([]);
    expect(sender.watch(run, timeoutMs() + 121 * SECOND)).toMatchObject([{ job: JOB, attempt: 1 }]);
  });

  it('forgets what is not in flight any more', () => {
    const one = open();
    one.sender.dispatchAll(execution(dispatched), [dispatched], 0);
    const succeeded: CampaignEvent = {
      type: 'JobSucceeded',
      data: { job: JOB, attempt: 1, summary: '', at: NOW },
    };
    expect(copiesAfter(one, execution(dispatched, succeeded), [16, 1_000])).toEqual([1, 1]);
  });
});
