import { estate, SHAPES } from './estate';
import { type Figures, measure } from './measure';
import { growthOf, middleOf, ratioOf, shortfalls, tableOf } from './table';

jest.setTimeout(120_000);

// Planned once before anything is measured: the first plan of a process is mostly about the compiler.
measure('limit', 200);
const figures = [200, 2000].map((servers) => measure('limit', servers));

it('takes time about in step with the number of servers, not with its square', () => {
  expect(growthOf(figures[1] as Figures, figures)).toBeLessThan(1.6);
});

it.each(['limit', 'path'] as const)('comes within 5 % of the lower bound where a %s dominates', (shape) => {
  expect(ratioOf(measure(shape, 200))).toBeLessThanOrEqual(1.05);
});

it.each(SHAPES)('makes the same estate every time: %s', (shape) => {
  const { landscape } = estate(shape, 150);

  expect(landscape.servers).toHaveLength(150);
  expect(JSON.stringify(estate(shape, 150).landscape)).toBe(JSON.stringify(landscape));
});

it('takes the run in the middle, and names the slowest', () => {
  const [one] = figures as [Figures];
  const runs = [30, 10, 20].map((totalMs) => ({ ...one, totalMs }));

  expect(middleOf(runs)).toMatchObject({ totalMs: 20, slowestMs: 30 });
});

it('says what was wanted and not reached, but only shows the ratio where nothing dominates', () => {
  const [one] = figures as [Figures];
  const slow = { ...one, slowestMs: 0, totalMs: 9_000, peakMb: 2_000, makespanMs: 120, lowerBoundMs: 100 };

  expect(shortfalls([slow, { ...slow, shape: 'neither', totalMs: 1, peakMb: 1 }])).toEqual([
    'limit, 200 servers: 9.00 s, wanted at most 2 s',
    'limit, 200 servers: 2000 MB, wanted at most 1024 MB',
    'limit, 200 servers: 1.200 x the lower bound, wanted 1.05',
  ]);
  expect(tableOf([slow])).toContain('1.2000');
});
