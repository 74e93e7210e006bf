import type { OwnJob } from '@patchtide/contracts';
import { component, landscapeOf } from '../testing/landscapes';
import { aNight } from '../testing/night';
import { WINDOW_END } from '../testing/plans';

const MINUTE_MS = 60_000;
const steps = { command: ['own-job'] };
const own = (action: OwnJob['action'], at: OwnJob['at']): OwnJob =>
  action === 'MANUAL'
    ? { name: 'own', action, per: 'server', at, instructions: 'Look at it.' }
    : { name: 'own', action, per: 'server', at, steps };
const nightWith = (job: OwnJob) => {
  const components = [
    component('crm', { server: 's1' }),
    component('shop', { server: 's2', application: 'shop' }),
  ];
  return aNight({ landscape: landscapeOf({ components, monitored: ['s1'] }), policy: { jobs: [job] } });
};

it('leaves everything of a group alone whose check has failed, and lets others go on', () => {
  const night = nightWith(own('CHECK', 'before'));
  night.ends('check-own.s1', 'failed');
  night.succeedAll();

  expect(night.status('mute-s1')).toBe('waiting');
  expect(night.status('start-shop')).toBe('succeeded');
  expect(night.openObligations).toEqual([]);
  night.until(WINDOW_END);
  expect(night.campaign.status).toBe('closed');
});

it.each([
  ['a check that failed before the start', 'verified', ['start-crm', 'unmute-s1']],
  ['a check that failed after it', 'after', ['unmute-s1']],
] as const)('gives everything back in spite of %s', (_, at, waiting) => {
  const night = nightWith(own('CHECK', at));
  night.succeedAll('check-own.s1');
  night.ends('check-own.s1', 'failed');
  night.succeedAll();

  for (const job of waiting) expect(night.status(job)).toBe('waiting');
  night.operator('Abort');
  night.succeedAll();
  expect(night.openObligations).toEqual([]);
  expect(night.campaign.status).toBe('closed');
});

it('waits for a check that runs before it starts anything on the way up', () => {
  const night = nightWith(own('CHECK', 'stopped'));
  night.succeedAll('check-own.s1');
  night.operator('Abort');

  expect(night.running).toEqual(['check-own.s1']);
  expect(night.why('start-crm')).toBe('it waits for CHECK_OWN_s1');
  night.ends('check-own.s1');
  expect(night.running).toEqual(['start-crm']);
});

it('starts nothing on a server on which a person is at work', () => {
  const night = nightWith(own('MANUAL', 'patched'));
  night.succeedAll();
  night.answer('take-over', 'manual-own.s1');
  night.operator('Abort');

  expect(night.why('start-crm')).toBe('it waits for MANUAL_OWN_s1');
  night.answer('complete', 'manual-own.s1');
  night.succeedAll();
  expect(night.openObligations).toEqual([]);
});

it('goes on when the person has done it', () => {
  const night = nightWith(own('MANUAL', 'verified'));
  night.succeedAll();
  expect(night.why('manual-own.s1')).toBe('a person has to do this');
  for (const server of ['s1', 's2']) {
    night.answer('take-over', `manual-own.${server}`);
    night.answer('complete', `manual-own.${server}`);
  }
  night.succeedAll();

  expect(night.campaign.closed).toMatchObject({ outcome: 'completed', serversPatched: 2 });
});

it('gives a server back when nobody comes until it is too late to patch it', () => {
  const night = nightWith(own('MANUAL', 'stopped'));
  night.succeedAll();
  expect(night.openObligations).toContain('stopped:crm');
  night.until(new Date(Date.parse(WINDOW_END) - 5 * MINUTE_MS).toISOString());
  night.succeedAll();

  expect(night.status('patch-s1')).toBe('skipped');
  expect(night.openObligations).toEqual([]);
});

it('counts a server as patched once, whatever else is patched on it', () => {
  const night = nightWith(own('PATCH', 'patched'));
  night.succeedAll();

  expect(night.campaign.closed).toMatchObject({ serversPatched: 2 });
});
