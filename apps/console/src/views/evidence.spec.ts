import { MemoryEventStore, digestOf, canonicalJson, nextHash, originHash } from '@patchtide/event-store';
import { RecordedCampaign } from '../testing/recorded-campaign';
import { evidenceOf } from './evidence';

describe('the evidence of a campaign', () => {
  it('is every event with its hash and every document they name, and verifies by itself', async () => {
    const store = new MemoryEventStore();
    const recorded = await new RecordedCampaign(store).start();
    await recorded.finish();
    const { campaign, streams, documents } = JSON.parse(
      JSON.stringify(await evidenceOf(store, 'CHG1')),
    ) as Awaited<ReturnType<typeof evidenceOf>>;
    expect([campaign, Object.keys(streams)]).toEqual(['CHG1', ['campaign-CHG1']]);
    const events = streams['campaign-CHG1'] ?? [];
    let hash = originHash('campaign-CHG1');
    for (const { data, meta, ...event } of events) {
      hash = nextHash(hash, { ...event, body: canonicalJson(data), meta: canonicalJson(meta) });
      expect(hash.toString('hex')).toBe(event.hash);
    }
    expect(events.length).toBe((await store.read('campaign-CHG1')).length);
    for (const [digest, text] of Object.entries(documents)) expect(digestOf(text)).toBe(digest);
    expect(Object.keys(documents)).toHaveLength(3);
  });

  it('of a campaign that nobody knows is empty', async () => {
    expect(await evidenceOf(new MemoryEventStore(), 'CHG9')).toEqual({
      campaign: 'CHG9',
      streams: {},
      documents: {},
    });
  });
});
