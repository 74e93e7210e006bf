import { canonicalJson, NotCanonical } from './canonical-json';

describe('canonicalJson', () => {
  it('writes the example of RFC 8785 as the RFC does', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code units, as the second example of the RFC', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as Record<string, string>)).toEqual([
      'One',
      'Carriage Return',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    [-0, '0'],
    [1e20 / 1e5, '1000000000000000'],
    [9007199254740991, '9007199254740991'],
    [5e-324, '5e-324'],
    [0.1 + 0.2, '0.30000000000000004'],
  ])('prints the number %p as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('writes class instances as their own fields, since contracts are classes', () => {
    class Dispatched {
      job = 'stop-crm-db';
      attempt = 1;
    }
    expect(canonicalJson(new Dispatched())).toBe('{"attempt":1,"job":"stop-crm-db"}');
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;

  it.each([
    ['undefined', { a: [undefined] }, '/a/0'],
    ['a missing element', { a: Array(1) }, '/a/0'],
    ['NaN', { a: NaN }, '/a'],
    ['Infinity', [-Infinity], '/0'],
    ['an unsafe integer', { a: 2 ** 53 }, '/a'],
    ['the integer 1e30 of the RFC example', { a: 1e30 }, '/a'],
    ['BigInt', { a: 1n }, '/a'],
    ['Date', { 'a/b~c': new Date(0) }, '/a~1b~0c'],
    ['Map', { a: new Map() }, '/a'],
    ['Buffer', { a: Buffer.from('x') }, '/a'],
    ['an error', { a: new Error('x') }, '/a'],
    ['a function', { a: () => 1 }, '/a'],
    ['a symbol', [Symbol('x')], '/0'],
    ['toJSON', { a: { toJSON: (): number => 1 } }, '/a'],
  ])('refuses %s and names the path', (_what, value, path) => {
    expect(() => canonicalJson(value)).toThrow(NotCanonical);
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ path }) as Error);
  });

  it('refuses what contains itself', () => {
    expect(() => canonicalJson(cyclic)).toThrow(/contains itself/);
  });
});
