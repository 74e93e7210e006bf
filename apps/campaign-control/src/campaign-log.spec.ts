import { randomUUID } from 'node:crypto';
import type { CampaignEvent } from '@patchtide/contracts';
import { VersionConflict } from '@patchtide/event-store';
import { CampaignLog } from './campaign-log';
import { aChange, NOW } from './testing/estate';
import { FailingStore } from './testing/failing-store';

const accepted: CampaignEvent = {
  type: 'ChangeAccepted',
  data: { change: aChange(), changeDigest: `sha256:${'a'.repeat(64)}`, revision: 1, at: NOW },
};
const cause = { actor: 'm.weber', at: NOW };

describe('the log of a campaign', () => {
  const open = () => {
    const store = new FailingStore();
    const stop = new AbortController();
    const problems: unknown[] = [];
    let appended = 0;
    const log = new CampaignLog(store, 'CHG1', {
      newId: randomUUID,
      onProblem: (error) => problems.push(error),
      onAppended: () => (appended += 1),
      signal: stop.signal,
    });
    return { log, store, stop, problems, appended: () => appended };
  };

  it('folds what was appended to it', async () => {
    const { log, appended } = open();
    expect(await log.append([accepted], 0, cause)).toBe(1);
    const { campaign, version } = await log.load();
    expect([campaign.status, campaign.change?.id, version, appended()]).toEqual(['planning', 'CHG1', 1, 1]);
  });

  it('repeats an append whose answer was lost, with the same event ids, so that it is stored once', async () => {
    const { log, store, problems } = open();
    store.failures.push({ error: new Error('connection reset'), storedAnyway: true });
    expect(await log.append([accepted], 0, cause)).toBe(1);
    expect(await store.read('campaign-CHG1')).toHaveLength(1);
    const ids = store.appends.map(({ appends }) => appends[0]?.events[0]?.id);
    expect([ids.length, new Set(ids).size, problems.length]).toEqual([2, 1, 1]);
  });

  it('does not repeat what another instance has decided differently', async () => {
    const { log } = open();
    await log.append([accepted], 0, cause);
    await expect(log.append([accepted], 0, cause)).rejects.toThrow(VersionConflict);
  });

  it('gives up on a store that does not answer when the campaign is let go', async () => {
    const { log, store, stop } = open();
    store.failures.push({ error: new Error('database down'), storedAnyway: false });
    stop.abort();
    await expect(log.append([accepted], 0, cause)).rejects.toThrow('database down');
  });

  it('refuses an event that is not what the contract says before anything of its batch is stored', async () => {
    const { log, store } = open();
    const broken = { type: 'CampaignStarted', data: { by: 'k.lindner', at: 'tonight' } } as CampaignEvent;
    await expect(log.append([accepted, broken], 0, cause)).rejects.toThrow(
      /CampaignStarted is not a valid event/,
    );
    expect(store.appends).toEqual([]);
  });

  it('takes several appends for more events than the store takes at once', async () => {
    const { log, store, appended } = open();
    const started: CampaignEvent = { type: 'CampaignStarted', data: { by: 'patchtide', at: NOW } };
    expect(
      await log.append(
        Array.from({ length: 6_000 }, () => started),
        0,
        cause,
      ),
    ).toBe(6_000);
    expect(await store.read('campaign-CHG1')).toHaveLength(6_000);
    expect(appended()).toBe(2);
  });

  it('says so when a plan it needs is not stored', async () => {
    await expect(open().log.plan('sha256:missing')).rejects.toThrow(/not in the document table/);
  });
});
