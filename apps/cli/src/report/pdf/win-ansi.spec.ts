import { winAnsi } from './win-ansi';

describe('text for a standard font', () => {
  it.each([
    ['crm-web-01', 'crm-web-01'],
    ['Zürich, naïve, 5 € … “so” – Šárka', 'Zürich, naïve, 5 € … “so” – Šárka'],
    ['Zu\u0308rich', 'Zürich'],
    ['a\u00a0b\u3000c\t\r\nd', 'a b c d'],
    ['boot-1 → boot\u20112', 'boot-1 -> boot-2'],
  ])('shows what the font has as it is, and what looks alike alike: %j', (text, shown) => {
    expect(winAnsi(text)).toBe(shown);
  });

  it.each([
    ['漢字', '[U+6F22][U+5B57]'],
    ['Łukasz', '[U+0141]ukasz'],
    ['😀', '[U+1F600]'],
    ['\ud83d', '[U+D83D]'],
    ['x\u0000\u001b[2J\u007f\u0085', 'x[U+0000][U+001B][2J[U+007F] '],
    ['\u009f\u00ad\u200b\u202e\ufeff', '[U+009F][U+00AD][U+200B][U+202E][U+FEFF]'],
  ])('shows the code of what the font lacks, of what is invisible and of what steers: %j', (text, shown) => {
    expect(winAnsi(text)).toBe(shown);
  });

  it('changes nothing more when it is applied again', () => {
    for (const text of ['漢\u0000→\u00a0ü', 'a [U+4E2D] b'])
      expect(winAnsi(winAnsi(text))).toBe(winAnsi(text));
  });
});
