import { dataOf, typesOf } from '../testing/given';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { aNight, MINUTE_MS } from '../testing/night';
import { WINDOW_END } from '../testing/plans';

const minutes = { STOP: '1m', PATCH: '10m', REBOOT: '5m', VERIFY: '1m', START: '2m' } as const;
const end = Date.parse(WINDOW_END);
const before = (ms: number) => new Date(end - ms).toISOString();
const lone = landscapeOf({ components: [component('app')] });
/** 1 + 10 + 5 + 1 + 2 minutes from the stop of a lone component to the end of its start. */
const LONE_MS = 19 * MINUTE_MS;

it('stops an application at its last safe moment, not a millisecond later', () => {
  const late = aNight({ landscape: lone, policy: { durations: minutes }, change: {} });
  expect(late.running).toEqual(['stop-app']);
  late.ends('stop-app', 'failed');
  late.until(before(LONE_MS));
  late.answer('retry', 'stop-app');
  expect(late.running).toEqual(['stop-app']);

  late.ends('stop-app', 'failed');
  late.until(before(LONE_MS - 1));
  late.answer('retry', 'stop-app');
  expect(late.running).toEqual(['start-app']);
  expect(late.status('stop-app')).toBe('skipped');
});

it('leaves a group out whose last safe moment passes before its turn comes, and goes on with the others', () => {
  const landscape = landscapeOf({
    components: [component('a'), component('b', { application: 'shop' })],
  });
  const n = aNight({ landscape, policy: { durations: minutes, limits: { campaign: 1 } } });
  expect(n.running).toEqual(['stop-a']);
  const events = n.until(before(LONE_MS - 1));

  expect(dataOf(events, 'ApplicationsLeftOut')).toMatchObject([
    { group: 'srv-b', applications: ['shop'], reason: 'the last safe moment to stop has passed' },
  ]);
  expect(n.status('stop-b')).toBe('skipped');
  n.ends('stop-a');
  expect(n.running).not.toEqual([]);
});

it('names every application of a group that is left out, not only the one whose stop was late', () => {
  const n = aNight({
    landscape: threeTiers({
      components: [
        component('web', { tier: 'web', application: 'shop' }),
        component('db', { tier: 'db', application: 'crm' }),
      ],
      needs: [['web', 'db']],
    }),
    policy: { durations: minutes },
  });
  n.ends('stop-web', 'failed');
  n.until(before(MINUTE_MS));
  n.answer('retry', 'stop-web');

  expect(dataOf(n.events, 'ApplicationsLeftOut')).toMatchObject([{ applications: ['crm', 'shop'] }]);
});

it('gives a group back that is down when its next stop would be too late', () => {
  const n = aNight({ landscape: threeTiers(), policy: { durations: minutes } });
  n.ends('stop-web');
  n.ends('patch-srv-web');
  n.until(before(15 * MINUTE_MS));
  n.ends('stop-app');

  expect(dataOf(n.events, 'ApplicationsLeftOut')).toHaveLength(1);
  expect(n.status('stop-db')).toBe('skipped');
  n.succeedAll();
  expect(dataOf(n.events, 'JobSucceeded').map((j) => j.job)).toEqual(
    expect.arrayContaining(['start-app', 'start-web']),
  );
  expect(n.openObligations).toEqual([]);
  expect(n.campaign.closed?.outcome).toBe('completed');
});

it('begins no patch that would keep its server down past the window', () => {
  const n = aNight({ landscape: lone, policy: { durations: minutes } });
  n.until(before(LONE_MS / 2));
  n.ends('stop-app');

  expect(n.status('patch-srv-app')).toBe('skipped');
  expect(n.running).toEqual(['start-app']);
});

it('finishes a reboot that is late: the server is down already', () => {
  const n = aNight({ landscape: lone, policy: { durations: minutes } });
  n.succeedAll('patch-srv-app');
  n.until(before(4 * MINUTE_MS));
  n.ends('patch-srv-app');

  expect(n.running).toEqual(['reboot-srv-app']);
});

it('leaves out late groups while it is paused, too', () => {
  const n = aNight({ landscape: lone, policy: { durations: minutes, limits: { campaign: 1 } } });
  n.ends('stop-app', 'failed');
  n.operator('Pause');
  n.answer('retry', 'stop-app');

  expect(typesOf(n.until(before(MINUTE_MS)))).toContain('ApplicationsLeftOut');
});

it('leaves out groups of waves that were not released in time', () => {
  const n = aNight({
    landscape: landscapeOf({ components: [component('a'), component('b')] }),
    policy: { durations: minutes, waves: [{ name: 'canary', share: '50%' }, { name: 'rest' }] },
  });
  n.until(before(MINUTE_MS));

  expect(dataOf(n.events, 'ApplicationsLeftOut').map((e) => e.group)).toEqual(['srv-b']);
});

it('gives everything back when the window closes, starts nothing else, and closes when that is done', () => {
  const n = aNight({ landscape: threeTiers() });
  n.succeedAll('patch-srv-db');
  expect(typesOf(n.until(WINDOW_END))[0]).toBe('RestoreBegan');
  expect(n.running).toEqual(['patch-srv-db']);
  n.ends('patch-srv-db');
  expect(n.running).toEqual(['start-db']);
  n.succeedAll();

  expect(n.campaign.closed).toMatchObject({ outcome: 'window-closed' });
  expect(n.status('reboot-srv-db')).toBe('skipped');
});

it('refuses to try again what takes away, while everything is being given back', () => {
  const n = aNight({ landscape: threeTiers() });
  n.ends('stop-web', 'failed');
  n.until(WINDOW_END);

  expect(() => n.answer('retry', 'stop-web')).toThrow('everything is being given back');
});

it('offers nothing in an incident on the way up that it would refuse', () => {
  const n = aNight({ landscape: threeTiers() });
  n.operator('Abort');
  const [incident] = dataOf(n.ends('stop-web', 'failed'), 'IncidentOpened');

  expect(incident?.answers).toEqual(['complete']);
});

it('asks for hands when something cannot be given back, says what, and says it once', () => {
  const n = aNight({ landscape: threeTiers() });
  n.succeedAll('stop-db', 'patch-srv-web', 'patch-srv-app');
  n.operator('Abort');
  for (const job of n.running) n.ends(job);
  expect(n.running).toEqual(['start-db']);
  n.ends('start-db', 'failed');

  expect(n.campaign).toMatchObject({ status: 'needs-hands' });
  expect([...n.campaign.needsHands].sort()).toEqual(['stopped:app', 'stopped:db', 'stopped:web']);
  expect(n.pass(MINUTE_MS)).toEqual([]);
});

it('leaves the need for hands by a retry that succeeds, and asks again when it fails', () => {
  const n = aNight({ landscape: lone });
  n.operator('Abort');
  n.ends('stop-app');
  n.ends('start-app', 'failed');
  n.answer('retry', 'start-app');
  expect(n.campaign.status).toBe('running');

  expect(typesOf(n.ends('start-app', 'failed'))).toContain('CampaignNeedsHands');
  n.answer('retry', 'start-app');
  n.ends('start-app');
  expect(n.campaign.status).toBe('closed');
});

it.each([
  ['complete', 'by-hand'],
  ['skip', 'signed'],
] as const)('leaves the need for hands when a person answers with %s', (verb, how) => {
  const n = aNight({ landscape: lone });
  n.operator('Abort');
  n.ends('stop-app');
  n.ends('start-app', 'failed');

  expect(dataOf(n.answer(verb, 'start-app'), 'ObligationDischarged')).toMatchObject([
    { how, by: 'k.lindner' },
  ]);
  expect(n.campaign.closed?.outcome).toBe('aborted');
});

it('does not close while anything runs', () => {
  const n = aNight({ landscape: threeTiers() });
  n.ends('stop-web');
  n.operator('Abort');
  n.ends('start-web', 'succeeded', 1);

  expect(n.campaign.status).not.toBe('closed');
  n.succeedAll();
  expect(n.campaign.status).toBe('closed');
});

it('counts what was left undone when it closes', () => {
  const n = aNight({ landscape: threeTiers() });
  n.ends('stop-web', 'failed');
  n.operator('Abort');
  n.succeedAll();

  expect(dataOf(n.events, 'CampaignClosed')).toMatchObject([
    { outcome: 'aborted', serversPatched: 0, jobsSucceeded: 1, jobsUnresolved: 1, incidents: 1 },
  ]);
});
