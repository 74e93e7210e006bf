import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { quote, unquote } from './quote';

const nasty = fc.constantFrom(
  `a"; rm -rf /`,
  '$(x)',
  '`x`',
  "it's",
  "''",
  "'\\''",
  '\\',
  '-n',
  '~',
  '*',
  'A=b',
  '!!',
  '\n',
  '\r\n',
  'ä ö',
  '',
  'if',
  'x'.repeat(300),
);
const word = fc
  .oneof(nasty, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
  .filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));

/** What a real sh hands to a program when it reads the line; the program prints each argument with a NUL behind it. */
function argumentsSeenBy(shell: string, words: string[]): string[] {
  const line = quote(['printf', '%s\\0', ...words]);
  const { stdout, stderr } = spawnSync(shell, ['-c', line], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\0').slice(0, -1);
}

describe('quote', () => {
  it('gives a real sh exactly the arguments that went in, whatever they contain', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        expect(argumentsSeenBy('sh', words)).toEqual(words);
      }),
      { numRuns: 150 },
    );
  });

  it.each(['if', '{', '!', 'A=b', '~', '*', '$(true)', '`true`', 'true;true'])(
    'never lets the first word %s be more than the name of a program',
    (first) => {
      const { status } = spawnSync('sh', ['-c', quote([first])], { cwd: '/' });
      expect(status).toBe(127);
    },
  );

  it('is undone by unquote', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(unquote(quote(words))).toEqual(words);
      }),
    );
  });

  it.each([
    ['NUL', ['a\0b'], /NUL/],
    ['half a surrogate pair', ['\ud800'], /valid Unicode/],
    ['an empty list', [], /empty/],
    ['more than a host takes', ['x'.repeat(130_000)], /120000 bytes/],
  ])('refuses %s', (_, argv, message) => {
    expect(() => quote(argv)).toThrow(message);
  });
});

describe('unquote', () => {
  it('reads plain words as typed by hand', () => {
    expect(unquote('sh /var/lib/x.sh  inspect a/b/1')).toEqual(['sh', '/var/lib/x.sh', 'inspect', 'a/b/1']);
  });

  it.each(['a; b', '$(x)', "'open", 'a > b', '"x"', 'a\\ b'])('does not guess at %s', (line) => {
    expect(unquote(line)).toBeUndefined();
  });
});
