import fc from 'fast-check';
import { wrapped } from './wrap';

const measure = (text: string): number => text.length;
const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 30 }));

describe('a text in lines', () => {
  it('has no line that is too wide, and loses nothing', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 40 }), (words, width) => {
        const lines = wrapped(words.join(' '), width, measure);
        expect(Math.max(...lines.map(measure))).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
      }),
    );
  });

  it('breaks at spaces where it can', () => {
    expect(wrapped('the vendor forbids it', 10, measure)).toEqual(['the vendor', 'forbids it']);
    expect(wrapped('a verylongword b', 5, measure)).toEqual(['a', 'veryl', 'ongwo', 'rd b']);
    expect(wrapped('', 5, measure)).toEqual(['']);
  });

  it('keeps a character together that is wider than the line', () => {
    expect(wrapped('ab', 0.5, measure)).toEqual(['a', 'b']);
  });
});
