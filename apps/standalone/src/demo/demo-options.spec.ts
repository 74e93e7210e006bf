import { readDemoOptions, WrongUsage } from './demo-options';

const faultsOf = (...args: string[]): string[] => {
  try {
    readDemoOptions(args);
    return [];
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    return error.message.split('\n');
  }
};

describe('the options of the demo', () => {
  it('are 200 simulated servers when nothing is said', () => {
    expect(readDemoOptions([])).toEqual({ servers: 200, seed: 1, realHosts: null, keep: false, help: false });
  });

  it('take another fleet of simulated servers', () => {
    const options = readDemoOptions(['--servers', '40', '--seed=7', '--keep']);
    expect(options).toMatchObject({ servers: 40, seed: 7, realHosts: null, keep: true });
  });

  it('take booted hosts, 3 to 20 of them', () => {
    expect(readDemoOptions(['--real-hosts', '12', '--keep'])).toMatchObject({ realHosts: 12, keep: true });
    for (const count of ['2', '21', 'x', '']) {
      expect(faultsOf('--real-hosts', count)).toEqual(['--real-hosts must be a whole number from 3 to 20']);
    }
    expect(faultsOf('--real-hosts')).toEqual(['--real-hosts must be a whole number from 3 to 20']);
  });

  it('refuse what is for simulated servers beside booted hosts', () => {
    expect(faultsOf('--real-hosts', '12', '--servers', '12', '--seed', '1')).toEqual([
      '--real-hosts boots hosts, --servers and --seed are for simulated servers: use one or the other',
    ]);
    expect(faultsOf('--real-hosts', '12', '--seed', '7')).toEqual([
      '--real-hosts boots hosts, --seed is for simulated servers: use one or the other',
    ]);
  });

  it('name every fault at once', () => {
    expect(faultsOf('12', '--hosts', '--servers', '2', '--seed', '-1')).toEqual([
      '"12" is not an argument of the demo',
      'there is no option --hosts',
      '--servers must be a whole number from 3 to 1000',
      '--seed must be a whole number from 0 to 1000000',
    ]);
  });
});
