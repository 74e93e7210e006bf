import { cut, pad, widthOf } from './width';

describe('the cells of a text', () => {
  it.each([
    ['', 0],
    ['STOP_DB_crm-db-01', 17],
    ['ä ö', 3],
    ['a\u0308 o\u0308', 3],
    ['日本語', 6],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['🇩🇪', 2],
    ['a\u200db', 2],
    ['█░…✓', 4],
  ])('%j takes %i', (text, cells) => {
    expect(widthOf(text)).toBe(cells);
  });
});

describe('a text that is too long', () => {
  it('is cut to what fits and says so', () => {
    expect(cut('crm-db-01', 9)).toBe('crm-db-01');
    expect(cut('crm-db-01', 8)).toBe('crm-db-…');
    expect(cut('crm', 1)).toBe('…');
    expect(cut('crm', 0)).toBe('');
  });

  it('is never cut through a wide or combined character', () => {
    expect(cut('日本語', 4)).toBe('日…');
    expect(cut('a\u0308o\u0308u\u0308', 2)).toBe('a\u0308…');
    expect(cut('👩‍👩‍👧x👩‍👩‍👧', 4)).toBe('👩‍👩‍👧x…');
  });
});

describe('padding', () => {
  it('counts cells, so that columns stay straight', () => {
    expect(pad('日本', 6)).toBe('日本  ');
    expect(pad('too long', 3)).toBe('too long');
  });
});
