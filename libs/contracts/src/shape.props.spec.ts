import fc from 'fast-check';
import { checkShape } from './shape';

const server = { id: 'srv-1', address: '10.0.0.1', os: 'debian-12' };
const faultsFor = (name: string) => checkShape('landscape', { servers: [{ ...server, name }] });
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 250 });

/** What a terminal, a log or a reader would not see as it is. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

describe('a name', () => {
  it('is taken exactly when it is of a bounded length and everything in it can be seen', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'grapheme', maxLength: 250 })), (name) => {
        const length = [...name].length;
        const isFine = length >= 1 && length <= 200 && !unseen.test(name);
        expect(faultsFor(name).length === 0).toBe(isFine);
      }),
      { numRuns: 500 },
    );
  });

  it('that is refused is never repeated in a form that can harm a terminal', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        for (const { message } of faultsFor(name)) expect(message).not.toMatch(unseen);
      }),
      { numRuns: 500 },
    );
  });
});
