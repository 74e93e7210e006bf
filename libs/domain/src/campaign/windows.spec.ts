import type { Freeze } from '@patchtide/contracts';
import { dataOf, refusalOf, typesOf } from '../testing/given';
import { component, landscapeOf } from '../testing/landscapes';
import { aNight, MINUTE_MS, Night } from '../testing/night';
import { planOf, WINDOW_END, WINDOW_START } from '../testing/plans';
import { latestBeginMs, lastSafeMs } from './dispatch';

const SECOND_START = '2026-11-30T21:00:00.000Z';
const SECOND_END = '2026-12-01T01:00:00.000Z';
const SECOND = { start: SECOND_START, end: SECOND_END, timezone: 'Europe/Berlin' };

/** Two applications of one server, one after the other; `a` is in the first window and `b` in the second. */
function twoWindows(): Night {
  const landscape = landscapeOf({
    components: ['a', 'b'].map((name) => component(name, { application: name })),
    monitored: ['srv-a', 'srv-b'],
  });
  const policy = { durations: { PATCH: '2h' }, limits: { campaign: 1 }, reboot: 'never' as const };
  return aNight({ landscape, policy, change: { windows: [SECOND] } });
}

describe('a campaign with two windows', () => {
  it('begins nothing of the second before it opens, and says so', () => {
    const n = twoWindows();
    expect(n.running).toEqual(['mute-srv-a']);
    n.succeedAll();

    expect(n.campaign.status).toBe('running');
    expect([n.running, n.openObligations]).toEqual([[], []]);
    expect(n.why('mute-srv-b')).toBe('window 2 opens at 2026-11-30T21:00:00.000Z');
    n.until('2026-11-30T12:00:00Z');
    expect(n.running).toEqual([]);
    n.until(SECOND_START);
    expect(n.running).toEqual(['mute-srv-b']);
    n.succeedAll();
    expect(dataOf(n.events, 'CampaignClosed')).toMatchObject([{ outcome: 'completed', serversPatched: 2 }]);
  });

  it('brings up what is down when the first ends, leaves its group out, and goes on in the second', () => {
    const n = twoWindows();
    n.ends('mute-srv-a');
    n.ends('stop-a');
    n.ends('patch-srv-a', 'failed');
    expect(n.openObligations).toEqual(['muted:srv-a', 'stopped:a']);

    const events = n.until(WINDOW_END);
    expect(dataOf(events, 'ApplicationsLeftOut')).toEqual([
      { group: 'srv-a', applications: ['a'], reason: `window 1 ended at ${WINDOW_END}`, at: WINDOW_END },
    ]);
    expect(n.running).toEqual(['start-a']);
    n.succeedAll();
    expect(n.openObligations).toEqual([]);
    expect(n.campaign.status).toBe('running');
    n.until(SECOND_START);
    n.succeedAll();
    expect(n.status('patch-srv-b')).toBe('succeeded');
    // What failed in the first window is still somebody's to answer.
    n.answer('skip', 'patch-srv-a');
    expect(n.campaign.status).toBe('closed');
  });

  it('does not leave out a group of which everything is on its way back', () => {
    const n = twoWindows();
    n.succeedAll('start-a');
    expect(typesOf(n.until(WINDOW_END))).toEqual([]);
    n.ends('start-a');
    expect(n.running).toEqual(['unmute-srv-a']);
  });

  it('is given up when the last window ends', () => {
    const n = twoWindows();
    n.succeedAll();
    n.until(SECOND_START);
    n.succeedAll('patch-srv-b');

    expect(dataOf(n.until(SECOND_END), 'RestoreBegan')).toMatchObject([{ cause: 'window-closed' }]);
  });

  it('reckons the last safe moment, and until when an order may begin, by the window of the job', () => {
    const n = twoWindows();
    const hours = (job: string) => (Date.parse(SECOND_END) - lastSafeMs(n.execution, job)) / 3_600_000;

    expect(hours('stop-a') - hours('stop-b')).toBe(24);
    expect(latestBeginMs(n.execution, n.job('verify-srv-a'))).toBe(Date.parse(WINDOW_END));
    expect(latestBeginMs(n.execution, n.job('verify-srv-b'))).toBe(Date.parse(SECOND_END));
  });

  it('does not stop what cannot be back by the end of its window', () => {
    const n = twoWindows();
    n.succeedAll('patch-srv-a');
    n.until('2026-11-30T00:59:00Z');
    n.ends('patch-srv-a');
    n.succeedAll();
    n.until('2026-12-01T00:30:00Z');

    expect(n.status('stop-b')).toBe('skipped');
    expect(dataOf(n.events, 'ApplicationsLeftOut')).toMatchObject([{ group: 'srv-b' }]);
  });

  it('gives nothing into anybody\u2019s hands before its window opens', () => {
    const n = twoWindows();
    n.succeedAll();

    expect(refusalOf(() => n.answer('take-over', 'stop-b'))).toMatchObject({
      code: 'closed-now',
      message: expect.stringContaining('window 2 opens at 2026-11-30T21:00:00.000Z'),
    });
    expect(typesOf(n.answer('skip', 'mute-srv-b'))).toContain('JobSkipped');
  });

  it('starts in the second window when it is approved after the first, and leaves out what was in that', () => {
    const { plan, change } = twoWindows();
    const n = new Night(plan, change);
    n.submit();
    n.adopt();
    n.until('2026-11-30T10:00:00Z');
    n.approve();
    expect(n.campaign.status).toBe('approved');
    expect(n.why('mute-srv-b')).toBe('the next window opens at 2026-11-30T21:00:00.000Z');
    expect(refusalOf(() => n.operator('Start'))).toMatchObject({ code: 'outside-window' });

    const events = n.until(SECOND_START);
    expect(events[0]?.type).toBe('CampaignStarted');
    expect(dataOf(events, 'ApplicationsLeftOut')).toMatchObject([{ group: 'srv-a' }]);
    expect(n.running).toEqual(['mute-srv-b']);
  });
});

const FREEZE: Freeze = { name: 'Year end', start: '2026-11-29T22:00:00Z', end: '2026-11-29T23:00:00Z' };

function frozenNight(freeze: Freeze = FREEZE): Night {
  const landscape = landscapeOf({
    components: ['a', 'b'].map((name) => component(name, { application: name })),
    monitored: ['srv-a', 'srv-b'],
  });
  return aNight({ landscape, policy: { freezes: [freeze], durations: { PATCH: '10m' }, reboot: 'never' } });
}

describe('a freeze in the window', () => {
  it('begins nothing while it holds, gives back what is down, and says why', () => {
    const n = frozenNight({ ...FREEZE, match: { application: 'a' } });
    n.succeedAll('patch-srv-a', 'patch-srv-b');
    const events = n.until('2026-11-29T22:00:00Z');

    expect(dataOf(events, 'ApplicationsLeftOut')).toMatchObject([{ group: 'srv-a', applications: ['a'] }]);
    n.ends('patch-srv-a');
    expect(n.running).toEqual(['patch-srv-b', 'start-a']);
    n.ends('patch-srv-b');
    expect(n.running).toContain('verify-srv-b');
  });

  it('lets a group wait that has not begun, with the reason, and begin when it is over', () => {
    const landscape = landscapeOf({
      components: ['a', 'b'].map((name) => component(name, { application: name })),
    });
    const policy = {
      freezes: [FREEZE],
      durations: { PATCH: '40m' },
      limits: { campaign: 1 },
      reboot: 'never' as const,
    };
    const n = aNight({ landscape, policy });
    n.succeedAll();
    expect(n.status('start-a')).toBe('succeeded');
    n.until('2026-11-29T22:00:00Z');

    expect(n.running).toEqual([]);
    expect(n.why('stop-b')).toBe('freeze Year end until 2026-11-29T23:00:00.000Z');
    expect(refusalOf(() => n.answer('take-over', 'stop-b')).message).toContain('freeze Year end until');
    n.until('2026-11-29T23:00:00Z');
    expect(n.running).toEqual(['stop-b']);
  });

  it('refuses a start by hand while everything is frozen', () => {
    const landscape = landscapeOf({ components: [component('a')] });
    const freeze = { ...FREEZE, start: WINDOW_START };
    const n = new Night(planOf({ landscape, policy: { freezes: [freeze] } }));
    n.submit();
    n.adopt();
    n.approve();
    n.until(WINDOW_START);
    n.pass(MINUTE_MS);

    expect(n.campaign.status).toBe('approved');
    expect(refusalOf(() => n.operator('Start')).message).toContain(
      'freeze Year end until 2026-11-29T23:00:00.000Z',
    );
  });
});
