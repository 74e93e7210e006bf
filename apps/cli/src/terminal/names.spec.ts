import { localTimes } from './local-times';
import { names } from './names';

it('says names as people do, and how many there are more', () => {
  expect(names([])).toBe('');
  expect(names(['a'])).toBe('a');
  expect(names(['a', 'b', 'c'], 2)).toBe('a, b and c');
  expect(names(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
});

it('writes every instant of a text in the time of people', () => {
  const text = 'at 2026-11-29T21:00:00.000Z instead of 2026-07-29T21:00:00+00:00, not 2026-11-29';
  expect(localTimes(text, 'Europe/Berlin')).toBe(
    'at Sun 29 Nov 22:00 instead of Wed 29 Jul 23:00, not 2026-11-29',
  );
});
