import fc from 'fast-check';
import { lanesOf } from './lanes';

const bars = fc.array(
  fc
    .tuple(fc.nat(100), fc.integer({ min: 1, max: 30 }))
    .map(([from, length]) => ({ from, to: from + length })),
  { maxLength: 30 },
);

it('never puts two bars that overlap into one lane, and gives a bar that overlaps none the whole row', () => {
  fc.assert(
    fc.property(bars, (given) => {
      const lanes = lanesOf(given);
      given.forEach((bar, i) => {
        const others = given
          .map((other, j) => ({ other, j }))
          .filter(({ other, j }) => j !== i && other.from < bar.to && bar.from < other.to);
        for (const { j } of others) {
          expect(lanes[j]?.lane).not.toBe(lanes[i]?.lane);
          expect(lanes[j]?.lanes).toBe(lanes[i]?.lanes);
        }
        if (others.length === 0) expect(lanes[i]).toEqual({ lane: 0, lanes: 1 });
        expect(lanes[i]?.lane).toBeLessThan(lanes[i]?.lanes ?? 0);
      });
    }),
  );
});
