import * as fc from 'fast-check';
import { splitWords } from './posix-words';

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

describe('quoting', () => {
  it('comes back as the same arguments, whatever they contain', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (argv) => {
        expect(splitWords(argv.map(quote).join(' '))).toEqual({ ok: true, argv });
      }),
    );
  });
});
