import { MemoryEventStore, type StoredDocument } from '@patchtide/event-store';
import { RecordedCampaign } from '../testing/recorded-campaign';
import { type Folded, PlanMissing } from './campaign-fold';
import { Campaigns } from './campaigns';

class LossyStore extends MemoryEventStore {
  isLossy = false;
  reads = 0;

  override async read(...args: Parameters<MemoryEventStore['read']>) {
    this.reads += 1;
    return super.read(...args);
  }

  override async getDocument(digest: string): Promise<StoredDocument | undefined> {
    return this.isLossy ? undefined : super.getDocument(digest);
  }
}

describe('the campaigns', () => {
  const open = (maxEnded = 2) => {
    const store = new LossyStore();
    const unreadable: string[] = [];
    const campaigns = new Campaigns<string>(store, {
      summarize: ({ id, campaign }: Folded) => `${id} ${campaign.status}`,
      onUnreadable: ({ campaign }) => unreadable.push(campaign),
      maxEnded,
    });
    let position = 0;
    const catchUp = async (): Promise<void> => {
      for (const event of await store.readAll(position, 10_000)) {
        await campaigns.apply(event);
        position = event.position;
      }
    };
    return { store, campaigns, unreadable, catchUp, all: () => campaigns.all('2026-11-30T02:00:00Z') };
  };

  it('stand where their events have brought them', async () => {
    const { store, campaigns, catchUp } = open();
    const recorded = await new RecordedCampaign(store).start();
    await catchUp();
    expect((await campaigns.get('CHG1'))?.campaign.status).toBe('running');
    await recorded.ends('stop-web');
    await catchUp();
    const folded = await campaigns.get('CHG1');
    expect(folded?.campaign.execution?.jobs.get('stop-web')?.status).toBe('succeeded');
    expect(folded?.version).toBe((await store.read('campaign-CHG1')).length);
    expect(await campaigns.get('CHG2')).toBeUndefined();
  });

  it('are listed with the latest event first', async () => {
    const { store, catchUp, all } = open();
    await new RecordedCampaign(store, 'CHG2').start();
    await new RecordedCampaign(store, 'CHG1').submit();
    await catchUp();
    expect(all()).toEqual(['CHG2 running', 'CHG1 planning']);
  });

  it('that have ended are kept in memory only up to a number, and are there all the same', async () => {
    const { store, campaigns, catchUp, all } = open();
    for (const id of ['CHG1', 'CHG2', 'CHG3', 'CHG4'])
      await (await new RecordedCampaign(store, id).start()).finish();
    await catchUp();
    expect(all().sort()).toEqual(['CHG1 closed', 'CHG2 closed', 'CHG3 closed', 'CHG4 closed']);
    const before = store.reads;
    const [recent, old] = [await campaigns.get('CHG4'), await campaigns.get('CHG1')];
    expect(store.reads).toBeGreaterThan(before);
    expect([recent?.campaign.status, old?.campaign.status]).toEqual(['closed', 'closed']);
    expect(old?.campaign.execution?.jobs.size).toBe(recent?.campaign.execution?.jobs.size);
    const afterwards = store.reads;
    await campaigns.get('CHG1');
    await campaigns.get('CHG4');
    expect(store.reads).toBe(afterwards);
    await campaigns.get('CHG2');
    expect(store.reads).toBeGreaterThan(afterwards);
  });

  it('whose documents are gone are told of, and hide no others', async () => {
    const { store, campaigns, unreadable, catchUp, all } = open();
    await new RecordedCampaign(store, 'CHG1').start();
    store.isLossy = true;
    await catchUp();
    store.isLossy = false;
    await new RecordedCampaign(store, 'CHG2').start();
    await catchUp();
    expect([unreadable, all()]).toEqual([['CHG1'], ['CHG2 running']]);
    await expect(campaigns.get('CHG1')).rejects.toThrow(PlanMissing);
  });
});
