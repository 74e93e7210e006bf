import type { Component } from '@patchtide/contracts';
import { SimulatedNight } from '../testing/simulated-night';
import { aNight } from '../testing/night';
import { component, landscapeOf } from '../testing/landscapes';
import { areParallel, faultsOf, isInOrder, jobOf, planOf } from '../testing/plans';
import { seededDraw } from '../testing/random';

/** An address that two servers serve, and an application that needs it. */
const shared = (more: Partial<Component> = {}) =>
  landscapeOf({
    components: [component('vip', { server: 's1', tier: 'db', ...more }), component('app', { server: 's3' })],
    runsOn: [['vip', 's2']],
    needs: [['app', 'vip']],
    monitored: ['s1', 's2'],
  });

it('stops and starts a component on every server that it runs on, the first with the id of the component alone', () => {
  const plan = planOf({ landscape: shared() });
  const jobs = plan.jobs.filter(({ ci }) => ci === 'vip').map(({ id, name, server }) => [id, name, server]);

  expect(jobs).toEqual([
    ['start-vip', 'START_DB_vip', 's1'],
    ['start-vip.s2', 'START_DB_vip.s2', 's2'],
    ['stop-vip', 'STOP_DB_vip', 's1'],
    ['stop-vip.s2', 'STOP_DB_vip.s2', 's2'],
  ]);
});

it('treats it as one: down everywhere before any of its servers is patched, up only when all of them are well', () => {
  const plan = planOf({ landscape: shared() });

  for (const stop of ['stop-vip', 'stop-vip.s2'])
    for (const patch of ['patch-s1', 'patch-s2']) expect(isInOrder(plan, 'stop-app', stop, patch)).toBe(true);
  for (const start of ['start-vip', 'start-vip.s2'])
    for (const verify of ['verify-s1', 'verify-s2'])
      expect(isInOrder(plan, verify, start, 'start-app')).toBe(true);
  expect(areParallel(plan, 'patch-s1', 'patch-s2')).toBe(true);
  expect(areParallel(plan, 'start-vip', 'start-vip.s2')).toBe(true);
});

it('stops it everywhere also when only one of its servers is in scope, and mutes the other', () => {
  const plan = planOf({ landscape: shared(), change: { scope: { servers: ['s2'] } } });

  expect(plan.jobs.some(({ id }) => id === 'patch-s1')).toBe(false);
  expect(isInOrder(plan, 'mute-s1', 'stop-vip', 'stop-vip.s2', 'patch-s2', 'start-vip', 'unmute-s1')).toBe(
    true,
  );
  expect(Object.keys(plan.servers)).toEqual(['s1', 's2', 's3']);
});

it('counts it once in its cluster', () => {
  const landscape = landscapeOf({
    components: [component('a', { cluster: 'pair' }), component('b', { cluster: 'pair' })],
    runsOn: [['a', 'srv-x']],
  });
  const plan = planOf({ landscape, policy: { limits: { cluster: 1 } } });

  expect(jobOf(plan, 'stop-a').cluster).toBe('pair');
  expect(jobOf(plan, 'stop-a.srv-x').cluster).toBeNull();
  expect(isInOrder(plan, 'start-a', 'stop-b')).toBe(true);
  expect(isInOrder(plan, 'start-a.srv-x', 'stop-b')).toBe(true);
});

it('patches its own packages on each of its servers that is patched', () => {
  const kinds = { ha: { patch: { packages: ['keepalived'] } } };
  const plan = planOf({ landscape: shared({ kind: 'ha' }), policy: { kinds } });

  expect(isInOrder(plan, 'patch-s2', 'patch-vip.s2', 'reboot-s2')).toBe(true);
  expect(jobOf(plan, 'patch-s2').steps[0]?.argv).toContain('skip=keepalived');
});

it('owes it on each server, and gives it back on each', () => {
  const night = aNight({ landscape: shared() });
  night.succeedAll('patch-s1', 'patch-s2');

  expect(night.openObligations.filter((id) => id.startsWith('stopped:vip'))).toEqual([
    'stopped:vip',
    'stopped:vip.s2',
  ]);
  night.succeedAll();
  expect(night.openObligations).toEqual([]);
});

it('brings it up where it can although it fails to start on another server', () => {
  const night = aNight({ landscape: shared() });
  night.succeedAll('patch-s1', 'patch-s2');
  night.operator('Abort');
  night.succeedAll('start-vip.s2');
  night.ends('start-vip.s2', 'failed');
  night.succeedAll();

  expect(night.status('start-vip')).toBe('succeeded');
  expect(night.openObligations).toEqual(expect.arrayContaining(['stopped:vip.s2']));
  expect(night.openObligations).not.toContain('stopped:vip');
});

it('keeps every rule in rough nights', () => {
  const landscape = shared({ cluster: 'pair' });
  const roughness = { failures: 25, losses: 10, delays: 20, commands: 20, crashes: 5, roughFor: 300 };
  for (let seed = 1; seed <= 12; seed++) {
    const night = new SimulatedNight({
      landscape,
      plan: planOf({ landscape, policy: { limits: { cluster: 1 } } }),
      draw: seededDraw(seed),
      roughness,
    });
    night.play();
  }
});

it('says once what is wrong with it on all its servers, and refuses a place that is another component', () => {
  const lacking = shared({ kind: 'custom', attributes: {} });
  const step = { command: ['a', '{port}'] };
  const kinds = { custom: { stop: step, start: { command: ['b'] } } };

  expect(faultsOf({ landscape: lacking, policy: { kinds } })).toHaveLength(1);
  const doubled = {
    ...shared(),
    components: [...shared().components, component('vip.s2', { server: 's3' })],
  };
  expect(faultsOf({ landscape: doubled })).toMatchObject([
    { message: expect.stringContaining('stop-vip.s2') as string },
    { message: expect.stringContaining('start-vip.s2') as string },
  ]);
});
