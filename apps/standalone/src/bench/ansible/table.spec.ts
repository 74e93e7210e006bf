import { ratios, type Run, tableOf } from './table';

const run = (way: Run['way'], hosts: number, seconds: number, more: Partial<Run> = {}): Run => {
  const figures = { way, hosts, seconds, tasks: hosts * 6, controlCpu: { all: seconds } };
  return { ...figures, targetCpu: seconds * 2, peakMb: 100, ...more };
};

it('compares Patchtide with every other way on the same number of hosts', () => {
  const runs = [run('raw', 50, 8), run('raw', 200, 30), run('patchtide', 200, 5), run('ssh2', 200, 4)];
  const found = ratios(runs).map(({ hosts, against, time }) => [hosts, against, time]);
  expect(found).toEqual([
    [200, 'raw', 6],
    [200, 'ssh2', 0.8],
  ]);
});

it('counts all parts of the control side together', () => {
  const controlCpu = { postgres: 1, nats: 0.5, 'campaign-control': 2.5 };
  const [ratio] = ratios([run('module', 50, 20), run('patchtide', 50, 5, { controlCpu })]);
  expect(ratio?.controlCpu).toBe(5);
});

it('has goals for 200 hosts and none for fewer', () => {
  const against = (hosts: number) => [run('module', hosts, 100), run('patchtide', hosts, 5)];
  expect(ratios(against(200))[0]?.goal).toBe(20);
  expect(ratios(against(50))[0]).not.toHaveProperty('goal');
});

it('says who needs more, and whether the goal was met', () => {
  const table = tableOf([run('raw', 200, 30), run('patchtide', 200, 5), run('ssh2', 200, 2.5)]);
  expect(table).toMatch(/^200 +Ansible, raw +6\.0 x less .*5\.0 x less: met$/m);
  expect(table).toMatch(/^200 +bare ssh2, the floor +2\.0 x more .*1\.6 x more: missed$/m);
});

it('shows the parts of the control side, the busiest first', () => {
  const table = tableOf([run('patchtide', 50, 5, { controlCpu: { nats: 0.5, postgres: 1 } })]);
  expect(table).toMatch(/with 50 hosts:\n {2}postgres +1\.00 s\n {2}nats +0\.50 s$/);
});
