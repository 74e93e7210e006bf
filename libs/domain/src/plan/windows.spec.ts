import type { Freeze, Plan, Policy } from '@patchtide/contracts';
import { toMs } from '../instant';
import { component, landscapeOf } from '../testing/landscapes';
import { faultsOf, type Inputs, planOf, WINDOW_END, WINDOW_START } from '../testing/plans';

const window = (start: string, end: string) => ({ start, end, timezone: 'Europe/Berlin' });
const FIRST = window(WINDOW_START, WINDOW_END);
const NEXT_DAY = window('2026-11-30T21:00:00.000Z', '2026-12-01T01:00:00.000Z');
const THIRD_DAY = window('2026-12-01T21:00:00.000Z', '2026-12-02T01:00:00.000Z');

/** So many applications of one server each, which nothing ties together. */
function estate(count: number, critical: readonly string[] = []) {
  const names = Array.from({ length: count }, (_, i) => `a${String(i).padStart(2, '0')}`);
  const landscape = landscapeOf({ components: names.map((name) => component(name, { application: name })) });
  return {
    ...landscape,
    applications: names.map((id) => ({
      id,
      name: id,
      criticality: critical.includes(id) ? ('high' as const) : ('low' as const),
    })),
  };
}

/** One job at a time: a server takes a little more than an hour, a window has room for three. */
const SLOW: Partial<Policy> = { limits: { campaign: 1 }, durations: { PATCH: '1h' }, reboot: 'never' };

const windowsOf = (plan: Plan): Record<string, number> =>
  Object.fromEntries(plan.jobs.map(({ server, window: position }) => [server, position]));

function endsInTime(plan: Plan): boolean {
  return plan.jobs.every(({ window: position, estimatedStart, estimatedEnd }) => {
    const own = plan.windows[position];
    return own && toMs(estimatedStart) >= toMs(own.start) && toMs(estimatedEnd) <= toMs(own.end);
  });
}

describe('several windows', () => {
  it('take what does not fit into the first, whole groups at a time', () => {
    const plan = planOf({ landscape: estate(8), policy: SLOW, change: { windows: [NEXT_DAY, THIRD_DAY] } });

    expect(plan.windows).toEqual([FIRST, NEXT_DAY, THIRD_DAY]);
    expect(plan.window).toEqual(window(WINDOW_START, THIRD_DAY.end));
    expect(Object.values(windowsOf(plan))).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
    expect(endsInTime(plan)).toBe(true);
    expect(plan.forecast.fits).toBe(true);
  });

  it('leave everything in the first where it fits', () => {
    const plan = planOf({ landscape: estate(3), policy: SLOW, change: { windows: [NEXT_DAY] } });

    expect(new Set(Object.values(windowsOf(plan)))).toEqual(new Set([0]));
  });

  it('have the most important applications in the first', () => {
    const landscape = estate(5, ['a03', 'a04']);
    const plan = planOf({ landscape, policy: SLOW, change: { windows: [NEXT_DAY] } });

    expect(windowsOf(plan)).toEqual({ 'srv-a00': 0, 'srv-a01': 1, 'srv-a02': 1, 'srv-a03': 0, 'srv-a04': 0 });
  });

  it('never divide what relations tie together', () => {
    const apart = estate(6);
    const landscape = { ...apart, relations: [{ type: 'dependsOn' as const, from: 'a00', to: 'a05' }] };
    const plan = planOf({ landscape, policy: SLOW, change: { windows: [NEXT_DAY, THIRD_DAY] } });

    expect(windowsOf(plan)['srv-a00']).toBe(windowsOf(plan)['srv-a05']);
    expect(endsInTime(plan)).toBe(true);
  });

  it('keep the waves in their order', () => {
    const waves = [{ name: 'canary', share: '60%', soak: '1h' }, { name: 'rest' }];
    const plan = planOf({
      landscape: estate(6),
      policy: { ...SLOW, waves },
      change: { windows: [NEXT_DAY, THIRD_DAY] },
    });
    const last = Math.max(...plan.jobs.filter(({ wave }) => wave === 'canary').map((job) => job.window));
    const first = Math.min(...plan.jobs.filter(({ wave }) => wave === 'rest').map((job) => job.window));

    expect(first).toBeGreaterThanOrEqual(last);
    expect(endsInTime(plan)).toBe(true);
  });

  it('tell when there is no room in any of them', () => {
    const plan = planOf({ landscape: estate(8), policy: SLOW, change: { windows: [NEXT_DAY] } });

    expect(plan.forecast.fits).toBe(false);
    expect(Object.values(windowsOf(plan)).filter((position) => position === 0)).toHaveLength(3);
  });
});

const freeze = (more: Partial<Freeze>): Freeze => ({ name: 'Year end', ...more });
const frozen = (landscape: Inputs['landscape'], ...freezes: readonly Freeze[]): Inputs => ({
  landscape,
  policy: { ...SLOW, freezes },
});
/** 22:30 to 23:30 by UTC, in the middle of the window. */
const MIDDLE = { start: '2026-11-29T22:30:00Z', end: '2026-11-29T23:30:00Z' };

function startsIn(
  plan: Plan,
  { start, end }: { start: string; end: string },
  servers?: readonly string[],
): string[] {
  return plan.jobs
    .filter(({ server }) => servers?.includes(server) !== false)
    .filter(({ estimatedStart }) => toMs(estimatedStart) >= toMs(start) && toMs(estimatedStart) < toMs(end))
    .map(({ id }) => id);
}

describe('a freeze', () => {
  it('cuts the window in two, and nothing is down while it holds', () => {
    const plan = planOf(frozen(estate(2), freeze(MIDDLE)));

    expect(plan.windows).toEqual([
      window(WINDOW_START, '2026-11-29T23:30:00+01:00'),
      window('2026-11-30T00:30:00+01:00', WINDOW_END),
    ]);
    expect(windowsOf(plan)).toEqual({ 'srv-a00': 0, 'srv-a01': 1 });
    expect(startsIn(plan, MIDDLE)).toEqual([]);
    expect(endsInTime(plan)).toBe(true);
    expect(plan.freezes).toEqual([
      { name: 'Year end', start: '2026-11-29T22:30:00.000Z', end: '2026-11-29T23:30:00.000Z', servers: null },
    ]);
    expect(plan.notes).toContain(
      'freeze Year end (2026-11-29T23:30:00+01:00 to 2026-11-30T00:30:00+01:00) takes 1 h of the windows',
    );
  });

  it('is only for what it matches and all that relations tie to it', () => {
    const apart = estate(3);
    const landscape = { ...apart, relations: [{ type: 'dependsOn' as const, from: 'a01', to: 'a00' }] };
    const inputs = frozen(landscape, freeze({ ...MIDDLE, match: { application: 'a00' } }));
    const plan = planOf({ ...inputs, policy: { ...inputs.policy, limits: {} } });

    expect(plan.freezes[0]?.servers).toEqual(['srv-a00', 'srv-a01']);
    expect(startsIn(plan, MIDDLE, ['srv-a00', 'srv-a01'])).toEqual([]);
    expect(plan.windows[windowsOf(plan)['srv-a02'] ?? -1]).toEqual(FIRST);
    expect(endsInTime(plan)).toBe(true);
  });

  it('comes from a calendar too, with the calendar\u2019s own words', () => {
    const ics = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      'UID:1',
      'SUMMARY:Quarter closing',
      'DTSTART;TZID=Europe/Berlin:20260129T233000',
      'DTEND;TZID=Europe/Berlin:20260130T003000',
      'RRULE:FREQ=DAILY',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n');
    const plan = planOf(frozen(estate(1), freeze({ name: 'Finance', ics })));

    expect(plan.freezes.map(({ name, start }) => [name, start])).toEqual([
      ['Finance: Quarter closing', '2026-11-29T22:30:00.000Z'],
    ]);
  });

  it('that does not touch the windows leaves no trace', () => {
    const plan = planOf(
      frozen(estate(1), freeze({ start: '2026-12-20T00:00:00Z', end: '2027-01-02T00:00:00Z' })),
    );

    expect([plan.freezes, plan.windows]).toEqual([[], [FIRST]]);
  });

  it('that covers every window is a fault with its name', () => {
    const whole = { start: '2026-11-29T00:00:00Z', end: '2026-12-01T00:00:00Z' };

    expect(faultsOf(frozen(estate(2), freeze(whole)))).toEqual([
      expect.objectContaining({
        path: '/window',
        message: 'freeze Year end covers every window of the change',
      }),
    ]);
    expect(faultsOf(frozen(estate(2), freeze({ ...whole, match: { application: 'a01' } })))).toEqual([
      expect.objectContaining({ message: 'freeze Year end covers every window of the change for a01' }),
    ]);
  });

  it('that holds more often than can be planned around is a fault', () => {
    const ics = [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'UID:1',
      'DTSTART:20251129T230000Z',
      'DURATION:PT1M',
      'RRULE:FREQ=DAILY',
      'END:VEVENT',
      'END:VCALENDAR',
    ];
    const inputs = frozen(estate(1), freeze({ ics: ics.join('\r\n') }));
    const year = window(WINDOW_START, '2028-11-30T01:00:00.000Z');

    expect(faultsOf({ ...inputs, change: { window: year } })).toEqual([
      expect.objectContaining({ path: '/freezes', message: expect.stringContaining('hold 732 times') }),
    ]);
  });

  it.each<[Partial<Freeze>, string]>([
    [{ start: MIDDLE.end, end: MIDDLE.start }, '/freezes/0/end'],
    [{ ics: 'nonsense' }, '/freezes/0/ics'],
    [{ file: 'year-end.ics' }, '/freezes/0/file'],
    [{ ...MIDDLE, timezone: 'Europe/Bonn' }, '/freezes/0/timezone'],
  ])('that cannot be worked out is a fault at its place: %j', (more, path) => {
    expect(faultsOf(frozen(estate(1), freeze(more))).map((fault) => fault.path)).toEqual([path]);
  });
});
