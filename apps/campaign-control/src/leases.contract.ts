import { waitUntil } from '@patchtide/embedded';
import type { Leases } from './leases';

/** Two instances over one table. */
export interface LeaseHarness {
  readonly a: Leases;
  readonly b: Leases;
  /** Lets a third of a lease's life go by. */
  readonly pass: () => Promise<void>;
}

/** What leases promise. Every test has a campaign of its own. */
export function leasesContract(name: string, make: () => LeaseHarness): void {
  describe(`leases in ${name}`, () => {
    let count = 0;
    const fresh = async (): Promise<LeaseHarness & { readonly campaign: string }> => {
      const harness = make();
      const campaign = `CHG-${(count += 1)}`;
      await harness.a.register(campaign);
      await harness.b.register(campaign);
      return { ...harness, campaign };
    };
    const lapse = ({ b, pass, campaign }: LeaseHarness & { campaign: string }) =>
      waitUntil(async () => (await pass(), (await b.claimable()).includes(campaign)), {
        ...{ timeoutMs: 20_000, what: 'the lease to lapse' },
      });
    const acquired = async (leases: Leases, campaign: string): Promise<number> => {
      const epoch = await leases.acquire(campaign);
      if (epoch === null) throw new Error(`${campaign} is not free`);
      return epoch;
    };

    it('are given to one instance only, also when both ask at the same moment', async () => {
      const { a, b, campaign } = await fresh();
      const epochs = await Promise.all([a.acquire(campaign), b.acquire(campaign), a.acquire(campaign)]);
      expect(epochs.filter((epoch) => epoch !== null)).toHaveLength(1);
      expect(await b.claimable()).not.toContain(campaign);
    });

    it('are known once registered, and nobody holds a campaign that was never registered', async () => {
      const { a, campaign } = await fresh();
      expect([await a.isKnown(campaign), await a.isKnown('nobody')]).toEqual([true, false]);
      expect(await a.acquire('nobody')).toBeNull();
    });

    it('stay with whoever renews them, beyond their life', async () => {
      const { a, b, pass, campaign } = await fresh();
      const epoch = await acquired(a, campaign);
      for (let thirds = 0; thirds < 6; thirds++) {
        await pass();
        expect(await a.renew([{ campaign, epoch }])).toEqual(new Set([campaign]));
        expect(await b.acquire(campaign)).toBeNull();
      }
    });

    it('pass to another instance with a higher epoch when they lapse, and the former one cannot renew them', async () => {
      const harness = await fresh();
      const { a, b, campaign } = harness;
      const before = await acquired(a, campaign);
      await lapse(harness);
      const after = await acquired(b, campaign);
      expect(after).toBeGreaterThan(before);
      expect(await a.renew([{ campaign, epoch: before }])).toEqual(new Set());
      expect(await b.renew([{ campaign, epoch: after }])).toEqual(new Set([campaign]));
    });

    it('are not given back by a former holder', async () => {
      const harness = await fresh();
      const { a, b, campaign } = harness;
      const epoch = await acquired(a, campaign);
      await lapse(harness);
      await acquired(b, campaign);
      await a.release({ campaign, epoch }, false);
      expect(await a.acquire(campaign)).toBeNull();
    });

    it('are free at once when they are given back', async () => {
      const { a, b, campaign } = await fresh();
      const epoch = await acquired(a, campaign);
      await a.release({ campaign, epoch }, false);
      expect(await b.claimable()).toContain(campaign);
      expect(await acquired(b, campaign)).toBeGreaterThan(epoch);
    });

    it('of a campaign at rest are not offered, but can be acquired, and then it rests no more', async () => {
      const { a, b, campaign } = await fresh();
      const epoch = await acquired(a, campaign);
      await a.release({ campaign, epoch }, true);
      expect(await b.claimable()).not.toContain(campaign);
      await b.release({ campaign, epoch: await acquired(b, campaign) }, false);
      expect(await a.claimable()).toContain(campaign);
    });

    it('are renewed all at once, and only the lost ones are missing', async () => {
      const { a, b } = make();
      const campaigns = ['CHG-x', 'CHG-y', 'CHG-z'];
      for (const campaign of campaigns) await a.register(campaign);
      const held = await Promise.all(
        campaigns.map(async (campaign) => ({
          campaign,
          epoch: await acquired(campaign === 'CHG-y' ? b : a, campaign),
        })),
      );
      expect(await a.renew(held)).toEqual(new Set(['CHG-x', 'CHG-z']));
      expect(await a.renew([])).toEqual(new Set());
    });
  });
}
