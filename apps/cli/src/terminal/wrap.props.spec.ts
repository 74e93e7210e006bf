import fc from 'fast-check';
import { widthOf } from './width';
import { wrap } from './wrap';

const text = fc
  .array(fc.stringMatching(/^[a-z日é]{1,12}$/), { minLength: 1 })
  .map((words) => words.join(' '));

it('loses no word, and makes no line longer than it may be but for a word that is longer itself', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 60 }), (given, cells) => {
      const lines = wrap(given, cells);
      expect(lines.join(' ')).toBe(given);
      for (const line of lines.filter((one) => one.includes(' ')))
        expect(widthOf(line)).toBeLessThanOrEqual(cells);
    }),
  );
});
