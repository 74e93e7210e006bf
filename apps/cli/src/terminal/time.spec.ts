import { clock, dayAndTime, duration, since, stretch } from './time';

describe('a length of time', () => {
  it.each([
    [0, '0 s'],
    [499, '0 s'],
    [-1_500, '2 s'],
    [119_400, '119 s'],
    [120_000, '2 min'],
    [7_170_000, '2 h'],
    [14_357_215, '3 h 59 min'],
    [14_399_000, '4 h'],
  ])('of %i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('is never negative, although clocks differ', () => {
    expect(since('2026-11-29T19:00:05Z', Date.parse('2026-11-29T19:00:00Z'))).toBe('0 s');
  });
});

describe('a time of day', () => {
  it('is that of the people of the change, not of this machine', () => {
    expect(clock('2026-11-29T21:04:11Z', 'Europe/Berlin')).toBe('22:04:11');
    expect(clock('2026-11-29T23:00:00Z', 'Europe/Berlin')).toBe('00:00:00');
    expect(dayAndTime('2026-11-29T23:30:00Z', 'Asia/Tokyo')).toBe('Mon 30 Nov 08:30');
  });

  it('says the day once where it is one day', () => {
    const berlin = 'Europe/Berlin';
    expect(stretch('2026-11-29T18:00:00Z', '2026-11-29T22:00:00Z', berlin)).toBe('Sun 29 Nov 19:00 to 23:00');
    expect(stretch('2026-11-29T21:00:00Z', '2026-11-30T01:00:00Z', berlin)).toBe(
      'Sun 29 Nov 22:00 to Mon 30 Nov 02:00',
    );
  });

  it('is UTC in a zone that does not exist, and the text itself where it is no time', () => {
    expect(clock('2026-11-29T21:04:11Z', 'Mars/Olympus')).toBe('21:04:11');
    expect(clock('soon', 'UTC')).toBe('soon');
  });
});
