import { batchJob, component, landscapeOf, threeTiers } from '../testing/landscapes';
import { areParallel, isInOrder, jobOf, planOf, predecessorsOf } from '../testing/plans';

it('stops what depends on a component before it, and starts it after it, however many steps lie between', () => {
  const plan = planOf({ landscape: threeTiers() });

  expect(isInOrder(plan, 'stop-web', 'stop-app', 'stop-db')).toBe(true);
  expect(isInOrder(plan, 'start-db', 'start-app', 'start-web')).toBe(true);
});

it('patches a server after its components have stopped, then reboots, verifies and starts them', () => {
  const plan = planOf({ landscape: threeTiers() });

  expect(isInOrder(plan, 'stop-db', 'patch-srv-db', 'reboot-srv-db', 'verify-srv-db', 'start-db')).toBe(true);
});

it('mutes before it holds, holds before it stops, starts before it releases, releases before it unmutes', () => {
  const landscape = threeTiers({ batchJobs: [batchJob('nightly', 'srv-db')], monitored: ['srv-db'] });
  const plan = planOf({ landscape });

  expect(isInOrder(plan, 'mute-srv-db', 'hold-nightly', 'stop-db')).toBe(true);
  expect(isInOrder(plan, 'start-db', 'release-nightly', 'unmute-srv-db')).toBe(true);
});

it('follows relations from one application to another', () => {
  const landscape = landscapeOf({
    components: [
      component('shop', { application: 'shop', tier: 'web' }),
      component('ledger', { tier: 'db' }),
    ],
    needs: [['shop', 'ledger']],
  });
  const plan = planOf({ landscape });

  expect(isInOrder(plan, 'stop-shop', 'stop-ledger', 'start-ledger', 'start-shop')).toBe(true);
});

it('orders by tier where relations are silent, the last tier first on the way up', () => {
  const landscape = threeTiers({ needs: [] });
  const plan = planOf({ landscape });

  expect(isInOrder(plan, 'stop-web', 'stop-app', 'stop-db')).toBe(true);
  expect(isInOrder(plan, 'start-db', 'start-app', 'start-web')).toBe(true);
});

it('orders only the components that relations leave out by tier', () => {
  const landscape = landscapeOf({
    components: [
      component('web', { tier: 'web' }),
      component('app', { tier: 'app' }),
      component('lone', { tier: 'db' }),
    ],
    needs: [['web', 'app']],
  });
  const plan = planOf({ landscape });

  expect(isInOrder(plan, 'stop-web', 'stop-lone')).toBe(true);
  expect(isInOrder(plan, 'stop-app', 'stop-lone')).toBe(true);
});

it('orders no tiers across applications', () => {
  const landscape = landscapeOf({
    components: [component('a', { tier: 'web' }), component('b', { tier: 'db', application: 'shop' })],
  });

  expect(areParallel(planOf({ landscape }), 'stop-a', 'stop-b')).toBe(true);
});

it('lets components of one tier that know nothing of each other stop together', () => {
  const landscape = landscapeOf({ components: [component('a'), component('b')] });

  expect(areParallel(planOf({ landscape }), 'stop-a', 'stop-b')).toBe(true);
});

it('gives way to a relation that runs against the tiers, and says so', () => {
  const landscape = threeTiers({
    needs: [
      ['db', 'web'],
      ['web', 'app'],
    ],
  });
  const plan = planOf({ landscape });

  expect(isInOrder(plan, 'stop-db', 'stop-web', 'stop-app')).toBe(true);
  expect(plan.notes).toEqual([expect.stringContaining('tier order gives way')]);
});

it('gives up only those tier edges that close a circle', () => {
  const landscape = landscapeOf({
    components: [
      component('db', { tier: 'db' }),
      component('web', { tier: 'web' }),
      component('web-2', { tier: 'web' }),
      component('db-2', { tier: 'db', application: 'shop' }),
      component('web-3', { tier: 'web', application: 'shop' }),
    ],
    needs: [['db', 'web']],
  });
  const plan = planOf({ landscape });

  expect(isInOrder(plan, 'stop-db', 'stop-web')).toBe(true);
  expect(isInOrder(plan, 'stop-web-2', 'stop-db')).toBe(true);
  expect(isInOrder(plan, 'stop-web-3', 'stop-db-2')).toBe(true);
});

it('stops every component of a server before patching it, each in its own order', () => {
  const landscape = landscapeOf({
    components: [
      component('app', { server: 's1' }),
      component('db', { server: 's1', tier: 'db' }),
      component('other', { server: 's1', application: 'shop' }),
    ],
    needs: [['app', 'db']],
  });
  const plan = planOf({ landscape });

  expect(isInOrder(plan, 'stop-app', 'stop-db', 'patch-s1')).toBe(true);
  expect(isInOrder(plan, 'stop-other', 'patch-s1', 'verify-s1', 'start-other')).toBe(true);
  expect(areParallel(plan, 'stop-other', 'stop-db')).toBe(true);
});

it('stops a component that also runs on another server before that server is patched', () => {
  const landscape = landscapeOf({ components: [component('vip')], runsOn: [['vip', 'standby']] });
  const plan = planOf({ landscape });

  expect(isInOrder(plan, 'stop-vip', 'patch-standby', 'verify-standby', 'start-vip')).toBe(true);
});

it('patches, reboots and verifies a server without components, between its mute and unmute', () => {
  const landscape = landscapeOf({ servers: [{ id: 's1' }], monitored: ['s1'] });
  const plan = planOf({ landscape });

  expect(plan.jobs.map((job) => job.id)).toEqual([
    'mute-s1',
    'patch-s1',
    'reboot-s1',
    'unmute-s1',
    'verify-s1',
  ]);
  expect(isInOrder(plan, 'mute-s1', 'patch-s1', 'reboot-s1', 'verify-s1', 'unmute-s1')).toBe(true);
});

it('patches components that have a procedure for it one after the other, after the operating system', () => {
  const unit = { stop: { unit: 'stop' }, start: { unit: 'start' } } as const;
  const plan = planOf({
    landscape: landscapeOf({
      components: [
        component('b', { server: 's1', kind: 'queue' }),
        component('a', { server: 's1', kind: 'queue' }),
        component('plain', { server: 's1' }),
      ],
    }),
    policy: { kinds: { queue: { ...unit, patch: { command: ['queue-patch', 'apply'] } } } },
  });

  expect(isInOrder(plan, 'patch-s1', 'patch-a', 'patch-b', 'reboot-s1')).toBe(true);
  expect(isInOrder(plan, 'stop-plain', 'patch-a')).toBe(true);
  expect(plan.jobs.some((job) => job.id === 'patch-plain')).toBe(false);
});

it('begins with jobs that wait for nothing, and every dependency is a job of the plan', () => {
  const plan = planOf({ landscape: threeTiers({ monitored: ['srv-web'] }) });
  const ids = new Set(plan.jobs.map((job) => job.id));

  expect(jobOf(plan, 'mute-srv-web').dependsOn).toEqual([]);
  for (const job of plan.jobs) for (const id of predecessorsOf(plan, job.id)) expect(ids).toContain(id);
});
