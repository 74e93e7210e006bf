import { isInstant } from './instant';

describe('an instant', () => {
  it.each([
    '2026-11-29T22:00:00Z',
    '2026-11-29T22:00:00+01:00',
    '2026-11-29T22:00:00.123456789-03:30',
    '2028-02-29T00:00:00Z',
  ])('is %s', (text) => {
    expect(isInstant(text)).toBe(true);
    expect(Date.parse(text)).not.toBeNaN();
  });

  it.each([
    ['2026-11-29', 'a day'],
    ['2026-11-29T22:00:00', 'local time: every machine would read it differently'],
    ['2026-11-29 22:00:00Z', 'not the interchange form'],
    ['2026-02-29T00:00:00Z', 'no such day'],
    ['2026-02-30T00:00:00Z', 'no such day, though JavaScript makes 2 March of it'],
    ['2026-13-01T00:00:00Z', 'no such month'],
    ['2026-00-10T00:00:00Z', 'no such month'],
    ['2026-11-29T24:00:00Z', 'no such hour'],
    ['2026-11-29T23:59:60Z', 'a leap second, which JavaScript cannot hold'],
    ['2026-11-29T22:00:00+25:00', 'no such zone'],
    ['2026-W48-7', 'a week'],
    ['2026-11-29T22:00:00Z\n', 'has more behind it'],
  ])('is not %p: %s', (text) => {
    expect(isInstant(text)).toBe(false);
  });

  it.each([[undefined], [null], [1_764_453_600_000], [new Date(0)], [{}]])('is a text, not %p', (value) => {
    expect(isInstant(value)).toBe(false);
  });
});
