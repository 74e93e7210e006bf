import type { Limits } from '@patchtide/contracts';
import { typesOf } from '../testing/given';
import { component, landscapeOf } from '../testing/landscapes';
import { aNight, MINUTE_MS } from '../testing/night';

const six = landscapeOf({
  servers: Array.from({ length: 6 }, (_, i) => ({
    id: `s${i}`,
    site: i < 3 ? 'bonn' : 'cologne',
    zone: i % 2 === 0 ? 'dmz' : 'inner',
  })),
  components: Array.from({ length: 6 }, (_, i) =>
    component(`c${i}`, { server: `s${i}`, application: i < 4 ? 'crm' : 'shop', tier: i < 2 ? 'web' : 'db' }),
  ),
});
/** The first jobs that run under these limits. */
const firstUnder = (limits: Limits, landscape = six) => aNight({ landscape, policy: { limits } }).running;
const loose = landscapeOf({ servers: ['s1', 's2', 's3'].map((id) => ({ id, site: 'bonn' })) });

it('never has more jobs running than the campaign may', () => {
  const n = aNight({ landscape: loose, policy: { limits: { campaign: 2 } } });
  expect(n.running).toEqual(['patch-s1', 'patch-s2']);
  n.ends('patch-s1');

  expect(n.running).toHaveLength(2);
  expect(n.why('reboot-s1')).toBe('the limit of 2 running jobs for the campaign is reached');
});

it('finishes the server that it has begun before it begins another, where that takes no longer', () => {
  const n = aNight({ landscape: loose, policy: { limits: { campaign: 1 } } });
  n.ends('patch-s1');

  expect(n.running).toEqual(['reboot-s1']);
});

it('starts what comes first in the order of the plan, whatever else is ready', () => {
  const n = aNight({ landscape: loose, policy: { limits: { campaign: 1 } } });
  const order = [...n.plan.jobs].sort((a, b) => a.priority - b.priority).map(({ id }) => id);
  const started = order.map(() => {
    const [job = ''] = n.running;
    n.ends(job);
    return job;
  });

  expect(started).toEqual(order);
});

it('counts site, zone and tier each for itself', () => {
  const flat = { ...six, components: six.components.map((c) => ({ ...c, tier: 'web' })) };

  expect(firstUnder({ site: 1 }, flat)).toHaveLength(2);
  expect(firstUnder({ zone: { dmz: 1 } }, flat)).toEqual(['stop-c0', 'stop-c1', 'stop-c3', 'stop-c5']);
  expect(firstUnder({ application: 1 }, flat)).toHaveLength(2);
  expect(firstUnder({ tier: { web: 3 } }, flat)).toHaveLength(3);
});

it('counts a job of the whole server for every application on it', () => {
  const landscape = landscapeOf({
    components: [
      component('a', { server: 's1' }),
      component('b', { server: 's1', application: 'shop' }),
      component('c', { server: 's2', application: 'shop' }),
    ],
  });
  const n = aNight({ landscape, policy: { limits: { application: 1 } } });
  expect(n.running).toEqual(['stop-a', 'stop-b']);
  n.ends('stop-a');
  n.ends('stop-b');

  expect(n.running).toEqual(['patch-s1']);
  expect(n.why('stop-c')).toBe('the limit of 1 running jobs for application shop is reached');
});

it('does not count jobs that failed or wait to be tried again', () => {
  const n = aNight({ landscape: loose, policy: { limits: { campaign: 1 } } });
  n.ends('patch-s1', 'failed');

  expect(n.running).toEqual(['patch-s2']);
});

it('keeps the limits on the way up', () => {
  const flat = landscapeOf({ components: ['a', 'b', 'c'].map((id) => component(id)) });
  const n = aNight({ landscape: flat, policy: { limits: { application: 2 } } });
  n.succeedAll('patch-srv-a', 'patch-srv-b', 'patch-srv-c');
  n.operator('Abort');
  for (const job of n.running) n.ends(job);

  expect(n.running).toEqual(['start-a', 'start-b']);
});

it('holds the next wave back until the one before has ended and its soak time is over', () => {
  const n = aNight({
    landscape: landscapeOf({ servers: [{ id: 's1' }, { id: 's2' }] }),
    policy: { waves: [{ name: 'canary', share: '50%', soak: '10m' }, { name: 'rest' }] },
  });
  expect(n.running).toEqual(['patch-s1']);
  expect(n.why('patch-s2')).toBe('wave rest is not released yet: 3 jobs of wave canary have not ended');
  n.succeedAll();
  expect(n.pass(10 * MINUTE_MS - 1)).toEqual([]);

  expect(typesOf(n.pass(1))).toEqual(['WaveReleased', 'JobDispatched']);
});

it('holds the next wave back as long as one job of this wave is open', () => {
  const n = aNight({
    landscape: landscapeOf({ servers: [{ id: 's1' }, { id: 's2' }] }),
    policy: { waves: [{ name: 'canary', share: '50%' }, { name: 'rest' }] },
  });
  n.ends('patch-s1', 'failed');
  expect(n.pass(60 * MINUTE_MS)).toEqual([]);
  n.answer('skip', 'patch-s1');
  n.succeedAll();

  expect(n.campaign.status).toBe('closed');
});
