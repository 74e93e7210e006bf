import { readCliOptions, UsageError } from './cli-options';

describe('the command line', () => {
  it('is read into options, and what is not given is absent', () => {
    expect(readCliOptions(['--dir', '/d', '--servers', '12', '--speed', '2.5', '--instant'])).toEqual({
      fleet: { directory: '/d', servers: 12, speed: 2.5, instant: true },
      faults: undefined,
      landscape: undefined,
    });
  });

  it('names every mistake at once', () => {
    expect(() => readCliOptions(['--servers', 'x', '--seed', '-1', '--speed', '0'])).toThrow(UsageError);
    expect(() => readCliOptions(['--servers', 'x', '--speed', '0'])).toThrow(
      '--servers must be a number from 1\n--speed must be a number from 0.001\n--dir is missing',
    );
  });

  it('refuses an option it does not know', () => {
    expect(() => readCliOptions(['--nonsense'])).toThrow(UsageError);
  });
});
