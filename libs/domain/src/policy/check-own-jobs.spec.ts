import type { OwnJob } from '@patchtide/contracts';
import { aPolicy, PLANNED_AT } from '../testing/plans';
import { checkPolicy } from './check-policy';

const steps = { command: ['own-job'] };
const sound: OwnJob = { name: 'disk', action: 'CHECK', per: 'server', at: 'before', steps };
const faultsIn = (...jobs: OwnJob[]) => checkPolicy(aPolicy({ jobs }), PLANNED_AT);
const { steps: _, ...bare } = sound;

it('finds nothing wrong with sound jobs of each action', () => {
  expect(
    faultsIn(
      sound,
      { ...sound, name: 'port', per: 'component', at: 'after', steps: [{ unit: 'active' }, steps] },
      { ...sound, name: 'snapshot', action: 'PATCH', at: 'stopped', steps: { packages: ['agent'] } },
      { ...bare, name: 'seal', action: 'MANUAL', at: 'verified', instructions: 'Seal it.' },
    ),
  ).toEqual([]);
});

it.each<[string, OwnJob, string]>([
  ['a CHECK without steps', bare, '/jobs/0/steps'],
  ['a MANUAL job without instructions', { ...bare, action: 'MANUAL' }, '/jobs/0/instructions'],
  ['a MANUAL job with steps', { ...sound, action: 'MANUAL', instructions: 'Do it.' }, '/jobs/0/steps'],
  ['a CHECK with instructions', { ...sound, instructions: 'Do it.' }, '/jobs/0/instructions'],
  ['a PATCH while applications run', { ...sound, action: 'PATCH' }, '/jobs/0/at'],
  ['a CHECK that updates packages', { ...sound, steps: { packages: ['a'] } }, '/jobs/0/steps/packages'],
  ['a unit of a whole server', { ...sound, steps: [steps, { unit: 'active' }] }, '/jobs/0/steps/1/unit'],
  ['a stop', { ...sound, per: 'component', steps: { unit: 'stop' } }, '/jobs/0/steps/unit'],
  ['a program from the CMDB', { ...sound, steps: { command: ['{name}'] } }, '/jobs/0/steps/command/0'],
  ['an attribute of a server', { ...sound, steps: { command: ['a', '{port}'] } }, '/jobs/0/steps/command/1'],
  ['the name of a standard job', { ...sound, name: 'OS' }, '/jobs/0/name'],
  ['the name of a tier', { ...sound, name: 'db' }, '/jobs/0/name'],
  ['a tier that is not there', { ...sound, match: { tier: 'cache' } }, '/jobs/0/match/tier'],
])('refuses %s, with its place and what to do', (_name, job, path) => {
  const faults = faultsIn(job);

  expect(faults.map((fault) => fault.path)).toEqual([path]);
  expect(faults[0]?.remedy).toMatch(/\.$/);
});

it('refuses two jobs of one name, whatever their actions and letters', () => {
  const other: OwnJob = { ...sound, name: 'Disk', action: 'PATCH', at: 'stopped' };

  expect(faultsIn(sound, other)).toMatchObject([{ path: '/jobs/1/name' }]);
});

it('names everything at once', () => {
  const wrong: OwnJob = { ...bare, name: 'server', action: 'PATCH', at: 'after', instructions: 'Do it.' };

  expect(faultsIn(wrong).map(({ path }) => path)).toEqual([
    '/jobs/0/name',
    '/jobs/0/steps',
    '/jobs/0/instructions',
    '/jobs/0/at',
  ]);
});
