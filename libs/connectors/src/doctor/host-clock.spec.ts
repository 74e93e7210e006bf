import { parseClock } from './host-clock';

it('reads the time to the millisecond', () => {
  expect(parseClock('1796119200.123456789\n')).toEqual({ hostMs: 1796119200123, precisionMs: 1 });
});

it('takes whole seconds where date knows no fraction', () => {
  const seconds = { hostMs: 1796119200000, precisionMs: 1000 };
  expect([parseClock('1796119200.%N\n'), parseClock('1796119200\n')]).toEqual([seconds, seconds]);
});

it('does not guess a time', () => {
  expect([parseClock(''), parseClock('%s.%N'), parseClock('Sun Nov 22')]).toEqual([null, null, null]);
});
