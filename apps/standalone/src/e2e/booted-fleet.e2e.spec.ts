import type { Landscape, Policy } from '@patchtide/contracts';
import { describeRealFleet, startThreeTier, type ThreeTier } from '@patchtide/real-fleet';
import { beginCampaign, startBootedNight, type UnitLife, unitLife, upgradesOf } from './testing/booted-night';
import type { Campaign, CampaignView, EventView, JobView } from './testing/campaigns';
import type { Night } from './testing/night';

const PACKAGE = { web: 'pt-web', app: 'pt-app', db: 'pt-db', lb: 'pt-lb' } as const;
const NIGHT_MS = 240_000;

describeRealFleet(
  'a campaign over twelve booted hosts: HAProxy, nginx, a Node application, PostgreSQL',
  () => {
    let tiers: ThreeTier;
    let landscape: Landscape;
    let night: Night;
    let campaign: Campaign;
    let end: CampaignView;
    let began: number;
    let events: EventView[];
    let jobs: JobView[];
    const bootsBefore = new Map<string, string>();
    const lives = new Map<string, UnitLife>();
    const ends: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      tiers = await startThreeTier();
      ends.push(() => tiers.fleet.stop());
      landscape = tiers.landscape as unknown as Landscape;
      for (const host of tiers.fleet.hosts) bootsBefore.set(host.name, await host.bootId());
      night = await startBootedNight(tiers.fleet, { landscape, policy: tiers.policy as unknown as Policy });
      ends.push(night.stop);
      await tiers.fleet.publish('2');
      began = Date.now();
      campaign = await beginCampaign(night, 'CHG-BOOT', { policy: 'real-fleet' });
      end = await campaign.until(['completed'], NIGHT_MS);
      [events, jobs] = await Promise.all([campaign.events(), campaign.jobs()]);
      for (const component of landscape.components) {
        if (component.unit !== undefined)
          lives.set(component.id, await lifeOf(component.server, component.unit));
      }
    }, 600_000);

    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    });

    const hostOf = (server: string) => tiers.fleet.host(server.replace(/^srv-/, ''));
    const lifeOf = (server: string, unit: string) => unitLife(hostOf(server), unit, began);
    const life = (component: string): UnitLife => {
      const found = lives.get(component);
      if (!found) throw new Error(`${component} has no unit`);
      return found;
    };

    it('completes with every job done, nothing owed and nothing to look at', async () => {
      expect(end).toMatchObject({ openObligations: 0, closed: { outcome: 'completed', serversPatched: 12 } });
      expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set(['succeeded']));
      expect(await campaign.incidents()).toEqual([]);
      console.log(`12 booted hosts: ${jobs.length} jobs in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    });

    it('stops and starts each unit once, in the order of the relations, as the hosts’ journals have it', () => {
      for (const [component, { starts, down, upBegan }] of lives) {
        expect([component, starts, down <= upBegan]).toEqual([component, 1, true]);
      }
      const related = landscape.relations.filter(({ from, to }) => lives.has(from) && lives.has(to));
      expect(related.length).toBeGreaterThan(5);
      for (const { from, to } of related) {
        expect([from, to, life(from).down <= life(to).downBegan]).toEqual([from, to, true]);
        expect([from, to, life(to).up <= life(from).upBegan]).toEqual([from, to, true]);
      }
    });

    it('never has both members of the replicated database down', () => {
      const [first, second] = [life('shop-db-1'), life('shop-db-2')].sort(
        (a, b) => a.downBegan - b.downBegan,
      );
      expect(second?.downBegan).toBeGreaterThan(first?.up ?? NaN);
    });

    it('drains the load balancer’s entries before their web servers stop', () => {
      const at = (job: string, type: string): number =>
        Date.parse(events.find((event) => event.type === type && event.data['job'] === job)?.at ?? '');
      for (const web of ['shop-web-1', 'shop-web-2']) {
        expect(at(`stop-entry-${web}`, 'JobSucceeded')).toBeLessThanOrEqual(life(web).downBegan);
        expect(at(`start-entry-${web}`, 'JobDispatched')).toBeGreaterThanOrEqual(life(web).up);
      }
    });

    it('brings each package to release 2 in one upgrade and says so in the events, old and new', async () => {
      for (const { tier, server } of landscape.components.filter(({ unit }) => unit !== undefined)) {
        const name = PACKAGE[tier as keyof typeof PACKAGE];
        expect([server, await hostOf(server).packageVersion(name)]).toEqual([server, '2.0']);
        expect([server, await upgradesOf(hostOf(server))]).toMatchObject([server, { [name]: 1 }]);
        const told = events.find(
          ({ type, data }) => type === 'JobSucceeded' && data['job'] === `patch-${server}`,
        );
        expect(told?.data['packages']).toContainEqual({ name, from: '1.0', to: '2.0' });
      }
    });

    it('boots each host once and leaves every unit active and enabled as it was', async () => {
      for (const host of tiers.fleet.hosts) {
        expect([host.name, host.bootCount, (await host.bootId()) !== bootsBefore.get(host.name)]).toEqual([
          host.name,
          2,
          true,
        ]);
        const left = await host.exec(['sh', '-c', 'ls -d /etc/systemd/system/*.d/patchtide-* 2>/dev/null']);
        expect([host.name, left.stdout]).toEqual([host.name, '']);
      }
      for (const { server, unit } of landscape.components) {
        if (unit !== undefined)
          expect([unit, await hostOf(server).unitState(unit)]).toEqual([unit, 'active']);
      }
    });

    it('serves again from HTTP through to SQL, with release 2 in every tier, and replicates', async () => {
      expect(await tiers.faults()).toEqual([]);
      for (const { id } of tiers.applications) {
        expect([id, await tiers.ask(id)]).toMatchObject([id, { status: 200, web: '2.0', app: '2.0' }]);
      }
    });
  },
);
