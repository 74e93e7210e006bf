import { randomUUID } from 'node:crypto';
import { streamOf } from '@patchtide/contracts';
import { MemoryEventStore } from '@patchtide/event-store';
import type { CampaignShape } from '../shapes/campaign';
import { RecordedCampaign } from '../testing/recorded-campaign';
import { campaignView } from '../views/campaign-view';
import { stateAt } from '../views/time-travel';
import { Campaigns } from './campaigns';

describe('an incident that a campaign leaves open at its end', () => {
  const open = async (maxEnded: number) => {
    const store = new MemoryEventStore();
    const campaigns = new Campaigns<CampaignShape>(store, {
      ...{ summarize: campaignView, maxEnded, onUnreadable: (error) => expect(error).toBeUndefined() },
    });
    const recorded = await new RecordedCampaign(store).start();
    await recorded.ends('stop-web', 'failed');
    await recorded.send({ type: 'Abort', by: 'k.lindner', reason: 'too late', at: recorded.at });
    await recorded.finish();
    let position = 0;
    const catchUp = async (): Promise<void> => {
      for (const event of await store.readAll(position, 10_000)) {
        await campaigns.apply(event);
        position = event.position;
      }
    };
    const closeByHand = async (incident: string, at: string): Promise<void> => {
      const data = { incident, by: 'k.lindner', note: 'done by hand', at };
      const events = [{ id: randomUUID(), type: 'IncidentClosed', schemaVersion: 1, data }];
      const cause = { correlation: incident, actor: 'k.lindner', recordedAt: at };
      await store.append([{ stream: streamOf.incident(incident), expectedVersion: 0, events }], cause);
      await catchUp();
    };
    const shown = async () => {
      const [listed] = campaigns.all(recorded.at);
      const folded = await campaigns.get('CHG1');
      return [
        listed?.status,
        listed?.openIncidents,
        folded && campaignView(folded, recorded.at).openIncidents,
      ];
    };
    await catchUp();
    return { store, recorded, closeByHand, shown };
  };

  it.each([
    ['is kept in memory', 2],
    ['is folded anew', 0],
  ])('counts until a person closes it, whether the campaign %s', async (_where, maxEnded) => {
    const { closeByHand, shown } = await open(maxEnded);
    expect(await shown()).toEqual(['aborted', 1, 1]);
    await closeByHand('CHG1~stop-web', '2026-11-30T02:00:00.000Z');
    expect(await shown()).toEqual(['aborted', 0, 0]);
  });

  it('is not closed with the incident of another campaign, of another job, or of no job', async () => {
    const { closeByHand, shown } = await open(2);
    for (const other of ['CHG2~stop-web', 'CHG1~stop-db', 'CHG1~rejected', 'dead-4711'])
      await closeByHand(other, '2026-11-30T02:00:00.000Z');
    expect(await shown()).toEqual(['aborted', 1, 1]);
  });

  it('is open at every moment before it was closed', async () => {
    const { store, recorded, closeByHand } = await open(2);
    await closeByHand('CHG1~stop-web', '2026-11-30T02:00:00.000Z');
    const openAt = async (at: string) => campaignView(await stateAt(store, 'CHG1', at), at).openIncidents;
    expect([await openAt(recorded.at), await openAt('2026-11-30T01:59:59.000Z')]).toEqual([1, 1]);
    expect(await openAt('2026-11-30T02:00:00.000Z')).toBe(0);
  });
});
