import fc from 'fast-check';
import { timeScale } from './time-scale';

const MINUTE = 60_000;
const span = fc
  .tuple(fc.nat(20_000), fc.integer({ min: 1, max: 300 }))
  .map(([from, length]) => ({ fromMs: from * MINUTE, toMs: (from + length) * MINUTE }));
const axis = fc.array(span, { minLength: 1, maxLength: 20 }).map((busy) => {
  const edges = busy.flatMap(({ fromMs, toMs }) => [fromMs - 30 * MINUTE, toMs + 30 * MINUTE]);
  return { edges: [Math.min(...edges), Math.max(...edges)], busy, left: 100, width: 900 };
});

it('puts later moments further right, and everything between left and right', () => {
  fc.assert(
    fc.property(axis, fc.nat(21_000), fc.nat(21_000), (input, one, other) => {
      const scale = timeScale(input);
      const [a, b] = [Math.min(one, other), Math.max(one, other)].map((minute) => scale.x(minute * MINUTE));
      expect(a).toBeLessThanOrEqual((b ?? 0) + 1e-6);
      expect(a).toBeGreaterThanOrEqual(100 - 1e-6);
      expect(b).toBeLessThanOrEqual(1000 + 1e-6);
    }),
  );
});

it('covers the whole axis without gaps, its whole width taken', () => {
  fc.assert(
    fc.property(axis, (input) => {
      const { stretches } = timeScale(input);
      expect(stretches[0]?.fromMs).toBe(Math.min(...input.edges));
      expect(stretches.at(-1)?.toMs).toBe(Math.max(...input.edges));
      stretches.slice(1).forEach((stretch, i) => expect(stretch.fromMs).toBe(stretches[i]?.toMs));
      const width = stretches.reduce((sum, stretch) => sum + stretch.width, 0);
      expect(width).toBeCloseTo(900, 3);
    }),
  );
});

it('keeps busy time in one scale, whatever is idle between', () => {
  fc.assert(
    fc.property(axis, (input) => {
      const { stretches } = timeScale(input);
      const scales = stretches
        .filter(({ isIdle }) => !isIdle)
        .map(({ fromMs, toMs, width }) => width / (toMs - fromMs));
      for (const scale of scales) expect(scale / (scales[0] ?? 1)).toBeCloseTo(1, 6);
    }),
  );
});

it('tells window edges apart in idle time', () => {
  const busy = [
    { fromMs: 0, toMs: 60 * MINUTE },
    { fromMs: 10_000 * MINUTE, toMs: 10_060 * MINUTE },
  ];
  const edges = [0, 240 * MINUTE, 10_000 * MINUTE, 10_240 * MINUTE];
  const scale = timeScale({ edges, busy, left: 0, width: 1000 });
  expect(scale.stretches.map(({ isIdle }) => isIdle)).toEqual([false, true, true, false, true]);
  expect(scale.x(240 * MINUTE) - scale.x(60 * MINUTE)).toBeCloseTo(90);
});
