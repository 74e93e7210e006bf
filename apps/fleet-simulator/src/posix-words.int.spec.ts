import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { splitWords } from './posix-words';

describe('a command line', () => {
  it('is read as a real shell reads it, or refused', () => {
    const words = fc.string({ unit: fc.constantFrom(...`ab'"\\ $;|*~#&=`), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, (line) => {
        const split = splitWords(`true ${line}`);
        if (!split.ok) return;
        const shell = execFileSync('sh', ['-c', `printf '%s\\n' true ${line}`], { encoding: 'utf8' });
        expect(split.argv.join('\n')).toBe(shell.slice(0, -1));
      }),
      { numRuns: 300 },
    );
  });
});
