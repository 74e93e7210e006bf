import fc from 'fast-check';
import { findJsonMistake } from './json-mistake';

const NONE = 'it ends where nothing more was expected';
const signs = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '"a"',
  '1',
  '-',
  '0',
  '.5',
  'e9',
  'null',
  ' ',
  '\\',
  '\n',
);
const anyText = fc.array(signs, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));
const almostJson = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat()).map(([text, position]) => {
  const at = position % text.length;
  return text.slice(0, at) + text.slice(at + 1);
});

describe('the search for a mistake in JSON', () => {
  it('finds one exactly where the platform refuses the text', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, almostJson), (text) => {
        expect(findJsonMistake(text).message === NONE).toBe(isJson(text));
      }),
      { numRuns: 5_000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
