import { readOptions } from './options';

it('runs every way on 50, 100 and 200 hosts, 50 at a time, unless told otherwise', () => {
  expect(readOptions([])).toMatchObject({
    hosts: [50, 100, 200],
    ways: ['module', 'raw', 'patchtide', 'ssh2'],
    parallel: 50,
    profile: false,
  });
});

it('keeps the journals of the hosts elsewhere when told so', () => {
  expect(readOptions([])).not.toHaveProperty('journals');
  expect(readOptions(['--journals', '/dev/shm'])).toMatchObject({ journals: '/dev/shm' });
});

it('takes some of the ways and any numbers of hosts', () => {
  const options = readOptions(['--hosts', '20', '--only', 'ssh2,patchtide', '--profile']);
  expect(options).toMatchObject({ hosts: [20], ways: ['patchtide', 'ssh2'], profile: true });
});

it.each([
  [['--only', 'salt'], '--only: "salt" is not one of module, raw, patchtide, ssh2'],
  [['--hosts', '50,many'], '--hosts: "many" is not a whole number from 1 to 1000'],
  [['--parallel', '0'], '--parallel: "0" is not a whole number'],
])('refuses %j with the reason', (args, reason) => {
  expect(() => readOptions(args)).toThrow(reason);
});
