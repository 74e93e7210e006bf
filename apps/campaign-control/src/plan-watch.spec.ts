import { randomUUID } from 'node:crypto';
import { type Fault, streamOf } from '@patchtide/contracts';
import { MemoryEventStore } from '@patchtide/event-store';
import { CampaignLog } from './campaign-log';
import { PlanWatch } from './plan-watch';
import { aChange, answer, answerWithPlan, NOW } from './testing/estate';

const faults: Fault[] = [{ path: '/policy', message: 'is unknown', remedy: 'Name a known one.' }];

describe('the wait for a plan', () => {
  const open = () => {
    const store = new MemoryEventStore();
    const nothing = (): void => undefined;
    const options = {
      newId: randomUUID,
      onProblem: nothing,
      onAppended: nothing,
      signal: new AbortController().signal,
    };
    return { store, watch: new PlanWatch(store, new CampaignLog(store, 'CHG1', options), 'CHG1') };
  };
  const rejectLandscape = async (store: MemoryEventStore, revision: number): Promise<void> => {
    const stream = streamOf.landscape('CHG1');
    const expectedVersion = (await store.read(stream)).length;
    const data = { campaign: 'CHG1', revision, faults, at: NOW };
    const events = [{ id: randomUUID(), type: 'LandscapeRejected', schemaVersion: 1, data }];
    await store.append([{ stream, expectedVersion, events }], {
      correlation: 'CHG1',
      actor: 'test',
      recordedAt: NOW,
    });
  };

  it('goes on while there is no answer', async () => {
    expect(await open().watch.look(1, NOW)).toBeNull();
  });

  it('ends with the plan, whole and with its digest', async () => {
    const { store, watch } = open();
    const plan = await answerWithPlan(store, aChange());
    expect(await watch.look(1, NOW)).toEqual({ type: 'AdoptPlan', plan, revision: 1, at: NOW });
  });

  it('ends with every reason why there is no plan', async () => {
    const { store, watch } = open();
    await answer(store, { type: 'PlanRejected', data: { campaign: 'CHG1', revision: 1, faults, at: NOW } });
    expect(await watch.look(1, NOW)).toMatchObject({ type: 'RejectPlan', stage: 'plan', reasons: faults });
  });

  it('ends with every reason why there is no landscape', async () => {
    const { store, watch } = open();
    await rejectLandscape(store, 1);
    expect(await watch.look(1, NOW)).toMatchObject({
      type: 'RejectPlan',
      stage: 'landscape',
      reasons: faults,
    });
  });

  it('does not take the answer to an earlier revision for the present one', async () => {
    const { store, watch } = open();
    await rejectLandscape(store, 1);
    await answer(store, { type: 'PlanRejected', data: { campaign: 'CHG1', revision: 1, faults, at: NOW } });
    expect(await watch.look(2, NOW)).toBeNull();
    await answer(store, { type: 'PlanRejected', data: { campaign: 'CHG1', revision: 2, faults, at: NOW } });
    expect(await watch.look(2, NOW)).toMatchObject({ type: 'RejectPlan', revision: 2 });
  });

  it('finds an answer again that could not be used when it was found first', async () => {
    const { store, watch } = open();
    await answerWithPlan(store, aChange());
    const read = store.getDocument.bind(store);
    store.getDocument = async () => Promise.reject(new Error('connection reset'));
    await expect(watch.look(1, NOW)).rejects.toThrow('connection reset');
    store.getDocument = read;
    expect(await watch.look(1, NOW)).toMatchObject({ type: 'AdoptPlan' });
  });
});
