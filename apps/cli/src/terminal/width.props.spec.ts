import fc from 'fast-check';
import { cut, pad, widthOf } from './width';

const texts = fc.string({ unit: 'grapheme', maxLength: 40 });

describe('any text', () => {
  it('is cut to at most so many cells, and padded to exactly so many', () => {
    fc.assert(
      fc.property(texts, fc.nat(50), (text, cells) => {
        const short = cut(text, cells);
        expect(widthOf(short)).toBeLessThanOrEqual(cells);
        expect(widthOf(pad(short, cells))).toBe(cells);
      }),
    );
  });
});
