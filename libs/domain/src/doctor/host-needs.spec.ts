import type { Landscape, Policy } from '@patchtide/contracts';
import { component, landscapeOf } from '../testing/landscapes';
import { aPolicy } from '../testing/plans';
import { planRound } from './host-needs';
import { doctorWords } from './host-word';

const ids = (landscape: Landscape) => landscape.servers.map(({ id }) => id);
const roundOf = (landscape: Landscape, policy: Policy | null = aPolicy(), servers = ids(landscape)) =>
  planRound(landscape, policy, servers);
const needsOf = (landscape: Landscape, policy?: Policy | null) =>
  roundOf(landscape, policy).questions.map(({ server, method, units, programs }) => ({
    server: server.id,
    method,
    units,
    programs,
  }));

it('asks a server for the units of its components, and by which method it is patched', () => {
  const landscape = landscapeOf({
    components: [component('a', { server: 'srv' }), component('b', { server: 'srv' })],
  });
  expect(needsOf(landscape)).toEqual([
    { server: 'srv', method: 'apt', units: ['a.service', 'b.service'], programs: expect.any(Array) },
  ]);
});

it('asks for the programs that the policy runs, and for a unit only where a step names it', () => {
  const landscape = landscapeOf({
    components: [component('db', { kind: 'oracle', unit: 'oracle.service' })],
  });
  const policy = aPolicy({
    kinds: {
      oracle: {
        stop: { command: ['srvctl', 'stop', 'home'] },
        verifyStopped: { command: ['/opt/oracle/check', '{id}'] },
        start: { command: ['srvctl', 'start', 'home'] },
      },
    },
  });
  const [needs] = needsOf(landscape, policy);
  expect(needs?.units).toEqual([]);
  expect(needs?.programs).toEqual(expect.arrayContaining(['/opt/oracle/check', 'srvctl']));
});

it('tells the host how long an update would wait for the package manager', () => {
  const landscape = landscapeOf({ components: [component('a')] });
  const policy = aPolicy({
    kinds: {
      service: {
        stop: { unit: 'stop' },
        start: { unit: 'start' },
        patch: { command: ['@patch', 'apt', 'lock-seconds=90'] },
      },
    },
  });
  const [question] = roundOf(landscape, policy).questions;
  expect(question && doctorWords(question)).toContain('lock-seconds=90');
});

it('asks nothing of what is safe to keep', () => {
  const landscape = landscapeOf({ components: [component('agent', { kind: 'agent' })] });
  expect(needsOf(landscape, aPolicy({ kinds: { agent: { safeToKeep: true } } }))).toMatchObject([
    { units: [] },
  ]);
});

it('asks a server that is only stopped on, and not patched, for no package manager', () => {
  const landscape = landscapeOf({
    servers: [{ id: 'srv-b', os: 'aix-7' }],
    components: [component('a'), component('b')],
    needs: [['b', 'a']],
  });
  expect(needsOf(landscape)).toMatchObject([
    { server: 'srv-a', method: 'apt' },
    { server: 'srv-b', method: 'none', units: ['b.service'] },
  ]);
});

it('leaves out what the policy leaves out, with its reason', () => {
  const landscape = landscapeOf({
    servers: [{ id: 'old', os: 'aix-7' }, { id: 'new' }],
  });
  const { questions, leftOut } = roundOf(landscape);
  expect(questions.map(({ server }) => server.id)).toEqual(['new']);
  expect(leftOut).toEqual([{ server: 'old', reason: 'policy "standard" has no patch method for aix' }]);
});

it('asks only whom it is told to ask, although the plan would touch others', () => {
  const landscape = landscapeOf({ components: [component('a'), component('b')], needs: [['b', 'a']] });
  const { questions, leftOut } = roundOf(landscape, aPolicy(), ['srv-a']);
  expect([questions.map(({ server }) => server.id), leftOut]).toEqual([['srv-a'], []]);
});

it('without a policy asks for all units of the landscape, and lets the host say how it is patched', () => {
  const landscape = landscapeOf({
    servers: [{ id: 'win', os: 'windows-2022' }],
    components: [component('a', { server: 'srv' }), component('b', { server: 'other' })],
    runsOn: [['b', 'srv']],
  });
  expect(needsOf(landscape, null)).toEqual([
    { server: 'other', method: 'auto', units: ['b.service'], programs: [] },
    { server: 'srv', method: 'auto', units: ['a.service', 'b.service'], programs: [] },
  ]);
  expect(roundOf(landscape, null).leftOut).toEqual([
    { server: 'win', reason: 'hosts without sh cannot be asked yet' },
  ]);
});
