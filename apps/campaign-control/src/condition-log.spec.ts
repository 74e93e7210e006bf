import { parseEvent, streamOf } from '@patchtide/contracts';
import { VersionConflict } from '@patchtide/event-store';
import { ConditionLog } from './condition-log';
import { ConditionWatch } from './condition-watch';
import type { ConditionWord } from './published-condition';
import { FailingStore } from './testing/failing-store';
import { aChange, answerWithPlan, NOW } from './testing/estate';
import { beginExecution, evolve, type Execution, initialCampaign } from '@patchtide/domain';

const GATE = 'v1.quiet';

function word(eventId: string, more: Partial<ConditionWord> = {}): ConditionWord {
  return { name: GATE, met: true, by: 'accounting', source: '/erp', eventId, ...more };
}

function open() {
  const store = new FailingStore();
  let appended = 0;
  const log = new ConditionLog(store, { now: () => new Date(NOW), onAppended: () => (appended += 1) });
  const told = () => store.read(streamOf.condition(GATE));
  return { store, log, told, appended: () => appended };
}

describe('the log of conditions', () => {
  it('has a stream for each condition, with what was said and by whom', async () => {
    const { log, told, appended } = open();
    await log.record(word('e1', { campaign: 'CHG1', until: '2026-12-01T00:00:00Z' }));
    const [stored] = await told();

    expect(stored).toMatchObject({
      type: 'ConditionReported',
      meta: { actor: 'accounting', correlation: 'CHG1' },
    });
    expect(parseEvent('condition', stored?.type ?? '', stored?.data)).toMatchObject({ ok: true });
    expect(stored?.data).toMatchObject({ condition: GATE, met: true, campaign: 'CHG1', eventId: 'e1' });
    expect(appended()).toBe(1);
  });

  it('takes an event once, however often it comes, also after others', async () => {
    const { log, told } = open();
    await log.record(word('e1'));
    await log.record(word('e2', { met: false }));
    await log.record(word('e1'));

    expect((await told()).map(({ data }) => data['met'])).toEqual([true, false]);
    await log.record(word('e1', { source: '/other' }));
    expect(await told()).toHaveLength(3);
  });

  it('looks again when another instance was faster', async () => {
    const { store, log, told } = open();
    store.failures.push({ error: new VersionConflict('x', 0, 1), storedAnyway: false });
    await log.record(word('e1'));

    expect(await told()).toHaveLength(1);
  });

  it('leaves what it could not store to the next delivery', async () => {
    const { store, log, told, appended } = open();
    store.failures.push({ error: new Error('the answer was lost'), storedAnyway: true });
    await expect(log.record(word('e1'))).rejects.toThrow('the answer was lost');
    await log.record(word('e1'));

    expect([(await told()).length, appended()]).toEqual([1, 0]);
  });
});

describe('the look for conditions', () => {
  async function watching() {
    const { store, log } = open();
    const plan = await answerWithPlan(store, aChange(), undefined, { gates: [{ name: GATE }] });
    const execution: Execution = beginExecution(plan, NOW);
    const campaign = { ...initialCampaign(), execution };
    const watch = new ConditionWatch(store, 'CHG1');
    const look = () => watch.look(execution, NOW);
    const takeIn = async () => {
      for (const { met, publication, condition, by } of await look()) {
        const data = { condition, by, reason: '', publication, at: NOW };
        evolve(campaign, { type: met ? 'ConditionMet' : 'ConditionWithdrawn', data }, new Map());
      }
    };
    return { log, look, takeIn };
  }

  it('finds the last word, with its place, until it is taken into account', async () => {
    const { log, look, takeIn } = await watching();
    expect(await look()).toEqual([]);
    await log.record(word('e1'));
    await log.record(word('e2', { met: false }));
    await log.record(word('e3', { until: '2026-12-01T00:00:00Z' }));
    const found = {
      condition: GATE,
      met: true,
      until: '2026-12-01T00:00:00Z',
      by: 'accounting',
      publication: 3,
    };

    expect(await look()).toEqual([{ type: 'RecordCondition', ...found, at: NOW }]);
    expect(await look()).toHaveLength(1);
    await takeIn();
    expect(await look()).toEqual([]);
  });

  it('passes over what is for other campaigns', async () => {
    const { log, look } = await watching();
    await log.record(word('e1', { campaign: 'CHG1' }));
    await log.record(word('e2', { campaign: 'CHG2', met: false }));
    expect(await look()).toMatchObject([{ met: true, publication: 1 }]);

    const other = await watching();
    await other.log.record(word('e1', { campaign: 'CHG2' }));
    expect(await other.look()).toEqual([]);
    await other.log.record(word('e2'));
    expect(await other.look()).toMatchObject([{ met: true, publication: 2 }]);
  });

  it('does not take what it knows for news', async () => {
    const { log, look, takeIn } = await watching();
    await log.record(word('e1'));
    await takeIn();
    await log.record(word('e2', { campaign: 'CHG2' }));
    expect(await look()).toEqual([]);
    await log.record(word('e3', { met: false }));
    expect(await look()).toMatchObject([{ met: false, publication: 3 }]);
  });
});
