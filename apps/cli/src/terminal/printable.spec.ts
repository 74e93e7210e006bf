import { harmless, printable, printableJson, printableLines } from './printable';

const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code));
const HIGH_CONTROLS = Array.from({ length: 33 }, (_, i) => String.fromCharCode(0x7f + i));

describe('text from outside', () => {
  it('cannot move the cursor, start a sequence or ring the bell', () => {
    const shown = printable(`a${CONTROLS.join('')}${HIGH_CONTROLS.join('')}b`);
    // eslint-disable-next-line no-control-regex -- that there is none is the rule
    expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(printable('\u001b[2J\u001b]0;title\u0007')).toBe('\ufffd[2J\ufffd]0;title\ufffd');
    expect(printable('\u009b31mred')).toBe('\ufffd31mred');
  });

  it('cannot bring colours of its own either', () => {
    expect(printable('\u001b[31mred\u001b[0m')).toBe('\ufffd[31mred\ufffd[0m');
  });

  it('stays on its line', () => {
    expect(printable('one\r\ntwo\nthree\tfour\u2028five')).toBe('one two three four five');
  });

  it('cannot turn the order of the letters around it', () => {
    expect(printable('a\u202eb\u2066c\u2069')).toBe('a\ufffdb\ufffdc\ufffd');
  });

  it('is otherwise shown as it is', () => {
    const text = `ä ö "; rm -rf / $(x) 日本語 ❤️ שלום`;
    expect(printable(text)).toBe(text);
  });

  it('never breaks UTF-8', () => {
    expect(printable('a\ud800b')).toBe('a\ufffdb');
  });
});

describe('output of a command', () => {
  it('keeps its lines and nothing else that moves', () => {
    expect(printableLines('50 %\r100 %\r\nko\u001b[1A\n\n')).toEqual(['50 %', '100 %', 'ko\ufffd[1A']);
    expect(printableLines('a\tb')).toEqual(['a    b']);
    expect(printableLines('')).toEqual([]);
  });
});

describe('a value', () => {
  it('is harmless in every text and every name of it, and otherwise the same', () => {
    const value = { 'a\u001b': ['x\u009b31m', { deep: 'one\r\ntwo' }], n: 7, no: null, yes: true };
    const shown = { 'a\ufffd': ['x\ufffd31m', { deep: 'one\ntwo' }], n: 7, no: null, yes: true };
    expect(harmless<unknown>(value)).toEqual(shown);
  });
});

describe('JSON', () => {
  it('on a terminal is as harmless, and the same to who reads it', () => {
    const value = { name: 'a\u009b31m\u202eb\u007f\u001b[2J\u2028', plain: 'ä 日本' };
    const text = printableJson(JSON.stringify(value));
    // eslint-disable-next-line no-control-regex -- that there is none is the rule
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toContain('ä 日本');
  });
});
