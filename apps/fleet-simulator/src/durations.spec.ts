import { durationsFor } from './durations';

const draws = (server: string, pace: { seed: number; speed: number; instant: boolean }) => {
  const durations = durationsFor(server, pace);
  return Array.from({ length: 50 }, () => durations.draw('apt-get upgrade'));
};

describe('durations', () => {
  const pace = { seed: 1, speed: 1, instant: false };

  it('are the same for the same seed and host, and differ between hosts', () => {
    expect(draws('a', pace)).toEqual(draws('a', pace));
    expect(draws('a', pace)).not.toEqual(draws('b', pace));
    expect(draws('a', pace)).not.toEqual(draws('a', { ...pace, seed: 2 }));
  });

  it('stay within their range and shrink with the speed', () => {
    expect(draws('a', pace).every((ms) => ms >= 600 && ms <= 2400)).toBe(true);
    expect(draws('a', { ...pace, speed: 10 })).toEqual(draws('a', pace).map((ms) => ms / 10));
  });

  it('are nothing at all in instant mode', () => {
    expect(new Set(draws('a', { ...pace, instant: true }))).toEqual(new Set([0]));
  });
});
