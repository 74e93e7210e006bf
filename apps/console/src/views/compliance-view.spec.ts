import { MemoryEventStore } from '@patchtide/event-store';
import { CampaignFold } from '../follow/campaign-fold';
import { RecordedCampaign } from '../testing/recorded-campaign';
import { complianceOf } from './compliance-view';

describe('the compliance report of a campaign', () => {
  const open = () => {
    const store = new MemoryEventStore();
    const recorded = new RecordedCampaign(store);
    const report = async () => complianceOf(store, (await new CampaignFold('CHG1', store).read()).folded);
    return { store, recorded, report };
  };

  it('is made from its stream, with what the landscape knows of its servers', async () => {
    const { recorded, report } = open();
    await (await recorded.start()).finish();
    const { servers, totals, title } = await report();
    expect(title).toBe('Patches of CHG1');
    expect(servers).toMatchObject([
      { server: 'srv-db', os: 'debian-12', result: 'patched' },
      { server: 'srv-web', os: 'debian-12', result: 'patched' },
    ]);
    expect(totals).toMatchObject({ servers: 2, compliant: 2 });
  });

  it('reads a history that is longer than a page', async () => {
    const { store, recorded, report } = open();
    await recorded.start();
    const ask = async (type: 'Pause' | 'Resume') =>
      recorded.send({ type, by: 'k.lindner', reason: 'tea', at: recorded.at });
    for (let i = 0; i < 500; i++) {
      await ask('Pause');
      await ask('Resume');
    }
    await recorded.finish();
    expect((await store.read('campaign-CHG1')).length).toBeGreaterThan(1_000);
    expect((await report()).totals.patched).toBe(2);
  });

  it('does without the landscape when that is not stored any more', async () => {
    const { store, recorded } = open();
    await recorded.start();
    const { folded } = await new CampaignFold('CHG1', store).read();
    const forgetful = { read: store.read.bind(store), getDocument: () => Promise.resolve(undefined) };
    expect((await complianceOf(forgetful, folded)).servers).toHaveLength(2);
  });

  it('is refused while there is no plan', async () => {
    const { recorded, report } = open();
    await recorded.submit();
    await expect(report()).rejects.toMatchObject({ code: 'no-plan-yet' });
  });
});
