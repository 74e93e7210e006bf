import { durationInWords } from './duration-words';

describe('a length of time in words', () => {
  it.each([
    [40, '1 second'],
    [45_000, '45 seconds'],
    [60_000, '1 minute'],
    [90_000, '90 seconds'],
    [600_000, '10 minutes'],
    [1_830_000, '31 minutes'],
  ])('says of %i ms %s', (ms, words) => {
    expect(durationInWords(ms)).toBe(words);
  });
});
