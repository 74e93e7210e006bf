import { encodeHold, type HoldRequest, parseHoldStatus } from '@patchtide/connectors/batch';
import { newTestHost, runCommand, type TestHost } from '../testing/host-fixture';

const CRON = { system: 'cron', ref: '/etc/cron.d/billing' } as const;
const TIMER = { system: 'systemd-timer', ref: 'sync.timer' } as const;

function ask(test: TestHost, request: Pick<HoldRequest, 'system' | 'ref' | 'verb'> & Partial<HoldRequest>) {
  const argv = encodeHold({ marker: 'patchtide:CHG1:billing', ttlSeconds: 900, ...request });
  return parseHoldStatus(runCommand(test, ...argv).output);
}

describe.each([CRON, TIMER])('a hold of a $system job', (job) => {
  it('ends by itself', () => {
    const test = newTestHost();
    expect(ask(test, { ...job, verb: 'hold' })).toMatchObject({
      exists: true,
      scheduled: false,
      prior: 'scheduled',
    });
    test.clock.advance(800_000);
    expect(ask(test, { ...job, verb: 'inspect' })?.by).toEqual({ campaign: 'CHG1', subject: 'billing' });
    test.clock.advance(100_000);
    const after = ask(test, { ...job, verb: 'inspect' });
    expect([after?.scheduled, after?.by]).toEqual([true, undefined]);
  });

  it('is prolonged by its own marker and refused to another', () => {
    const test = newTestHost();
    ask(test, { ...job, verb: 'hold' });
    test.clock.advance(700_000);
    ask(test, { ...job, verb: 'hold' });
    test.clock.advance(700_000);
    const other = ask(test, { ...job, verb: 'hold', marker: 'patchtide:CHG2:billing' });
    expect(other).toMatchObject({ scheduled: false, by: { campaign: 'CHG1' } });
    expect(other?.prior).toBeUndefined();
  });

  it('is released to what was there before', () => {
    const test = newTestHost();
    ask(test, { ...job, verb: 'hold' });
    expect(ask(test, { ...job, verb: 'release', marker: 'patchtide:CHG2:billing' })?.scheduled).toBe(false);
    expect(ask(test, { ...job, verb: 'release' })).toMatchObject({ exists: true, scheduled: true });
  });

  it('is not taken for a job that is not there', () => {
    expect(ask(newTestHost(), { ...job, ref: `${job.ref}.timer`, verb: 'hold' })?.exists).toBe(false);
  });
});

it('a reboot drops the hold of a timer and keeps that of a cron file', () => {
  const test = newTestHost();
  ask(test, { ...CRON, verb: 'hold' });
  ask(test, { ...TIMER, verb: 'hold' });
  runCommand(test, 'systemctl', 'reboot');
  expect(ask(test, { ...CRON, verb: 'inspect' })?.scheduled).toBe(false);
  expect(ask(test, { ...TIMER, verb: 'inspect' })?.scheduled).toBe(true);
});

it('a cron hold that ran out while the host was down ends when it comes back', () => {
  const test = newTestHost([{ command: 'reboot', kind: 'never-return' }]);
  ask(test, { ...CRON, verb: 'hold' });
  test.host.crash();
  test.clock.advance(2_000_000);
  expect(test.host.state.files.has(CRON.ref)).toBe(false);
  test.host.powerOn();
  expect(test.host.state.files.has(CRON.ref)).toBe(true);
});

it('a job that was idle before is not held, and not started by a release', () => {
  const test = newTestHost();
  runCommand(test, 'systemctl', 'stop', TIMER.ref);
  expect(ask(test, { ...TIMER, verb: 'hold' })).toMatchObject({ prior: 'idle', scheduled: false });
  expect(ask(test, { ...TIMER, verb: 'release', prior: 'idle' })?.scheduled).toBe(false);
});
