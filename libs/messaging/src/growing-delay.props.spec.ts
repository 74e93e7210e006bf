import fc from 'fast-check';
import { growingDelayMs } from './growing-delay';

const shape = { firstMs: 100, capMs: 30_000, jitter: 0.2 };

describe('a growing delay', () => {
  it('stays within its jitter around a value that doubles up to the cap', () => {
    const failures = fc.integer({ min: 1, max: 1_000 });
    const luck = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(failures, luck, (count, random) => {
        const middle = Math.min(30_000, 100 * 2 ** (count - 1));
        const delay = growingDelayMs(count, shape, () => random);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(middle * 0.8));
        expect(delay).toBeLessThanOrEqual(Math.ceil(middle * 1.2));
      }),
    );
  });

  it('never shrinks with the failures at the same luck', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, random) => {
          const at = (failures: number) => growingDelayMs(failures, shape, () => random);
          expect(at(count + 1)).toBeGreaterThanOrEqual(at(count));
        },
      ),
    );
  });
});
