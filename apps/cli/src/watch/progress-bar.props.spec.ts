import fc from 'fast-check';
import { progressBar } from './progress-bar';

const counts = fc.nat(20_000);
const shares = fc.record({ done: counts, underWay: counts, failing: counts, waiting: counts });
const cells = fc.integer({ min: 1, max: 200 });
const part = (bar: ReturnType<typeof progressBar>, glyph: string) =>
  bar.filter(({ text }) => text.startsWith(glyph)).reduce((sum, { text }) => sum + text.length, 0);

describe('the progress bar', () => {
  it('has exactly as many cells as it was given', () => {
    fc.assert(
      fc.property(shares, cells, (given, width) => {
        expect(progressBar(given, width, false).reduce((sum, { text }) => sum + text.length, 0)).toBe(width);
      }),
    );
  });

  it('is full of what is done only when everything is', () => {
    fc.assert(
      fc.property(shares, cells, (given, width) => {
        const total = given.done + given.underWay + given.failing + given.waiting;
        const isFull = part(progressBar(given, width, false), '#') === width;
        expect(isFull).toBe(total > 0 && given.done === total);
      }),
    );
  });

  it('shows a single failure among thousands', () => {
    const bar = progressBar({ done: 5_000, underWay: 0, failing: 1, waiting: 5_000 }, 40, true);
    expect(part(bar, '!')).toBe(1);
  });
});
