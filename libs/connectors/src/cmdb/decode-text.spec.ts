import { decodeText } from './decode-text';

const csv = { file: 'l.csv', encoding: 'auto', isCsv: true } as const;
const yaml = { file: 'l.yaml', encoding: 'auto', isCsv: false } as const;
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('text', () => {
  it.each([
    ['UTF-8', Buffer.from('Köln €')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffKöln €')],
    ['UTF-16, little end first', utf16('Köln €')],
    ['UTF-16, big end first', utf16('Köln €').swap16()],
    ['Windows-1252', Buffer.from([0x4b, 0xf6, 0x6c, 0x6e, 0x20, 0x80])],
  ])('in %s is read from a CSV', (_name, bytes) => {
    expect(decodeText(bytes, csv)).toEqual({ ok: true, text: 'Köln €' });
  });

  it('in anything but UTF-8 or UTF-16 is refused elsewhere, with the place', () => {
    const bytes = Buffer.concat([Buffer.from('a: b\nc: K'), Buffer.from([0xf6]), Buffer.from('ln\n')]);
    const decoded = decodeText(bytes, yaml);
    expect(decoded.ok ? [] : decoded.faults).toMatchObject([
      { message: 'is not text in UTF-8', line: 2, column: 5 },
    ]);
  });

  it('that is neither UTF-8 nor Windows-1252 is refused, not guessed', () => {
    expect(decodeText(Buffer.from([0x61, 0x81, 0xff]), csv).ok).toBe(false);
  });

  it('is taken for what the mapping says, and for nothing else', () => {
    const bytes = Buffer.from([0xf6]);
    expect(decodeText(bytes, { ...csv, encoding: 'windows-1252' })).toEqual({ ok: true, text: 'ö' });
    expect(decodeText(bytes, { ...csv, encoding: 'utf-8' }).ok).toBe(false);
  });
});
