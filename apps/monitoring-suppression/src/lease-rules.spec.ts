import { type Keeping, leaseEnd, planKeeping, systemsToList } from './lease-rules';
import { type Suppression, type SuppressionState, keyOf } from './suppression-state';

const MINUTE = 60_000;
const settings = { leaseMs: 15 * MINUTE, graceMs: 30 * MINUTE, volatileMs: MINUTE };
const windowEnd = '2026-11-30T01:00:00.000Z';
const start = Date.parse('2026-11-29T22:00:00.000Z');
const at = (minutes: number) => new Date(start + minutes * MINUTE).toISOString();

function suppression(more: Partial<Suppression> = {}): Suppression {
  const base = {
    kind: 'mute',
    subject: 'mon-1',
    ci: 'srv-1',
    system: 'alertmanager',
    ref: { instance: 'a' },
  } as const;
  return { ...base, windowEnd, status: 'taken', ...more };
}

function state(...all: Suppression[]): SuppressionState {
  return { version: 1, suppressions: new Map(all.map((one) => [keyOf(one), one])), recorded: new Set() };
}

/** A mute that was asserted at minute 0 for 15 minutes and is listed. */
function keeping(minutes: number, more: Partial<Keeping> = {}): Keeping {
  return {
    state: state(suppression()),
    leases: new Map([['mute mon-1', { endsAt: at(15), assertedAtMs: start }]]),
    leaving: new Set(),
    listings: new Map([['alertmanager', [{ subject: 'mon-1', endsAt: at(15) }]]]),
    nowMs: start + minutes * MINUTE,
    settings,
    ...more,
  };
}

const plan = (minutes: number, more: Partial<Keeping> = {}) =>
  planKeeping('mute', keeping(minutes, more)).map((action) => [
    action.why,
    action.do === 'assert' ? action.endsAt : '',
  ]);

describe('a lease', () => {
  it('lasts fifteen minutes, and never longer than the window and its grace', () => {
    expect(leaseEnd(windowEnd, start, settings)).toBe(at(15));
    expect(leaseEnd(windowEnd, start + 200 * MINUTE, settings)).toBe(at(210));
    expect(leaseEnd(windowEnd, start + 210 * MINUTE, settings)).toBeUndefined();
  });
});

describe('the keeper', () => {
  it('leaves alone what is listed and fresh', () => {
    expect(plan(4)).toEqual([]);
  });

  it('renews at a third of the lease', () => {
    expect(plan(5)).toEqual([['due', at(20)]]);
  });

  it('asserts everything anew after a restart', () => {
    expect(plan(1, { leases: new Map() })).toEqual([['not-seen-since-start', at(16)]]);
  });

  it('takes again at once what its system has forgotten or cut short', () => {
    expect(plan(1, { listings: new Map([['alertmanager', []]]) })).toEqual([['lost', at(16)]]);
    const short = new Map([['alertmanager', [{ subject: 'mon-1', endsAt: at(10) }]]]);
    expect(plan(1, { listings: short })).toEqual([['lost', at(16)]]);
  });

  it('goes by the clock alone when the system cannot be asked', () => {
    expect(plan(4, { listings: new Map() })).toEqual([]);
    expect(plan(5, { listings: new Map() })).toEqual([['due', at(20)]]);
  });

  it('does not renew what shall be given back, nor what was only intended', () => {
    expect(plan(10, { leaving: new Set(['mute mon-1']) })).toEqual([]);
    expect(plan(10, { state: state(suppression({ status: 'intended' })) })).toEqual([]);
  });

  it('ends again what was lifted and is muted all the same', () => {
    expect(plan(1, { state: state(suppression({ status: 'lifted' })) })).toEqual([['lifted-but-listed', '']]);
    expect(plan(1, { state: state(suppression({ status: 'lifted' })), listings: new Map() })).toEqual([]);
  });

  it('leaves alone mutes that it knows nothing of', () => {
    expect(plan(1, { state: state() })).toEqual([]);
  });

  it('does nothing any more when the window and its grace are over', () => {
    expect(plan(210, { leases: new Map() })).toEqual([]);
  });

  it('asserts timers every minute, because a reboot drops their hold', () => {
    const timer = suppression({ kind: 'hold', subject: 'job-1', system: 'systemd-timer' });
    const cron = suppression({ kind: 'hold', subject: 'job-2', system: 'cron' });
    const lease = { endsAt: at(15), assertedAtMs: start };
    const leases = new Map([timer, cron].map((one) => [keyOf(one), lease]));
    const due = (minutes: number) =>
      planKeeping('hold', keeping(minutes, { state: state(timer, cron), leases })).map(
        ({ suppression: s }) => s.subject,
      );

    expect(due(0.9)).toEqual([]);
    expect(due(1)).toEqual(['job-1']);
    expect(due(5)).toEqual(['job-1', 'job-2']);
  });

  it('keeps mutes and holds apart', () => {
    expect(planKeeping('hold', keeping(10))).toEqual([]);
  });

  it('begins with what ends first', () => {
    const other = suppression({ subject: 'mon-2' });
    const leases = new Map([
      ['mute mon-1', { endsAt: at(12), assertedAtMs: start }],
      ['mute mon-2', { endsAt: at(9), assertedAtMs: start }],
    ]);
    const actions = planKeeping(
      'mute',
      keeping(8, { state: state(suppression(), other), leases, listings: new Map() }),
    );
    expect(actions.map(({ suppression: s }) => s.subject)).toEqual(['mon-2', 'mon-1']);
  });

  it('asks the systems of mutes only', () => {
    const hold = suppression({ kind: 'hold', system: 'cron' });
    const lifted = suppression({ subject: 'mon-2', system: 'webhook', status: 'lifted' });
    expect(systemsToList(state(hold, lifted, suppression()))).toEqual(['alertmanager', 'webhook']);
  });
});
