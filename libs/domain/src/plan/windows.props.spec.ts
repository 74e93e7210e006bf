import type { Change, Plan, Policy, Window } from '@patchtide/contracts';
import fc from 'fast-check';
import { grouped } from '../grouped';
import { toMs } from '../instant';
import { aPolicy, faultsOf, planOf, WINDOW_END, WINDOW_START } from '../testing/plans';
import { seededDraw } from '../testing/random';
import { frozenIn, type FrozenTime, randomFreezes, randomWindows } from '../testing/random-calendar';
import { randomLandscape, randomPolicy } from '../testing/random-estate';

interface Calendar {
  readonly windows: readonly Window[];
  readonly frozen: readonly FrozenTime[];
  readonly plan: Plan;
}

const FIRST: Window = { start: WINDOW_START, end: WINDOW_END, timezone: 'Europe/Berlin' };

/** A plan with several windows and freezes; null where freezes leave no time for something. */
function randomCalendar(seed: number): Calendar | null {
  const draw = seededDraw(seed);
  const landscape = randomLandscape(draw, 20);
  const windows = [FIRST, ...randomWindows(draw, FIRST)];
  const { waves = [], limits = {} } = randomPolicy(draw);
  const freezes = randomFreezes(draw, windows);
  const policy: Policy = aPolicy({ waves, limits, freezes, clusters: { default: 'full-stop' } });
  const change: Partial<Change> = { windows: windows.slice(1) };
  if (faultsOf({ landscape, policy, change }).length > 0) return null;
  return { windows, frozen: frozenIn(freezes, landscape), plan: planOf({ landscape, policy, change }) };
}

function always(holds: (calendar: Calendar) => void): void {
  const property = fc.property(fc.noShrink(fc.nat()), (seed) => {
    const calendar = randomCalendar(seed);
    if (calendar) holds(calendar);
  });
  fc.assert(property, { numRuns: 60 });
}

const isWithin = (inner: Window, outer: Window): boolean =>
  toMs(inner.start) >= toMs(outer.start) && toMs(inner.end) <= toMs(outer.end);

jest.setTimeout(120_000);

it('has windows that are parts of those asked for, in order, and none of them empty', () => {
  always(({ plan, windows }) => {
    const starts = plan.windows.map(({ start }) => toMs(start));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    for (const window of plan.windows) {
      expect(toMs(window.start)).toBeLessThan(toMs(window.end));
      expect(windows.some((asked) => isWithin(window, asked))).toBe(true);
      expect(isWithin(window, plan.window)).toBe(true);
    }
  });
});

it('gives no server a window in which it is frozen', () => {
  always(({ plan, frozen }) => {
    for (const { server, window: position } of plan.jobs) {
      const own = plan.windows[position];
      const isFrozen = frozen.some(({ startMs, endMs, servers }) => {
        const isFor = servers === null || servers.has(server);
        return isFor && own && startMs < toMs(own.end) && toMs(own.start) < endMs;
      });
      expect([server, isFrozen]).toEqual([server, false]);
    }
  });
});

it('divides no group among windows', () => {
  always(({ plan }) => {
    for (const jobs of grouped(plan.jobs, ({ group }) => group).values())
      expect(new Set(jobs.map((job) => job.window)).size).toBe(1);
  });
});

it('lets everything start and end in its window, when it says that it fits', () => {
  let fitting = 0;
  always(({ plan }) => {
    for (const { id, window: position, estimatedStart, estimatedEnd } of plan.jobs) {
      const { start, end } = plan.windows[position] ?? FIRST;
      expect([id, toMs(estimatedStart) >= toMs(start)]).toEqual([id, true]);
      if (plan.forecast.fits) expect([id, toMs(estimatedEnd) <= toMs(end)]).toEqual([id, true]);
    }
    fitting += Number(plan.forecast.fits);
  });
  expect(fitting).toBeGreaterThan(20);
});

it('lists every freeze that touches the windows, with all servers that it matches', () => {
  always(({ plan, windows, frozen }) => {
    const touching = frozen.filter(({ startMs, endMs }) =>
      windows.some(({ start, end }) => startMs < toMs(end) && toMs(start) < endMs),
    );
    expect(plan.freezes).toHaveLength(touching.length);
    for (const { startMs, endMs, servers } of touching) {
      const listed = plan.freezes.filter(({ start, end }) => toMs(start) === startMs && toMs(end) === endMs);
      const matched = [...(servers ?? Object.keys(plan.servers))].filter((id) => id in plan.servers);
      const covers = listed.some(
        (freeze) => freeze.servers === null || matched.every((id) => freeze.servers?.includes(id)),
      );
      expect(covers).toBe(true);
    }
  });
});
