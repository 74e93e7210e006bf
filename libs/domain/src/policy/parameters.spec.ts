import type { KindProcedure, Parameter } from '@patchtide/contracts';
import { component, landscapeOf } from '../testing/landscapes';
import { aPolicy, faultsOf, jobOf, PLANNED_AT, planOf } from '../testing/plans';
import { checkPolicy } from './check-policy';

const kindWith = (parameters: Record<string, Parameter>, more: KindProcedure = {}): KindProcedure => ({
  stop: { command: ['ctl', 'stop', ...Object.keys(parameters).map((name) => `{${name}}`)] },
  start: { unit: 'start' },
  parameters,
  ...more,
});
const inputs = (kind: KindProcedure, attributes = {}, os = 'debian-12') => ({
  landscape: landscapeOf({
    servers: [{ id: 's1', os }],
    components: [component('a', { kind: 'own', server: 's1', attributes })],
  }),
  policy: { kinds: { own: kind }, patch: { debian: 'apt', rhel: 'dnf' } as const },
});
const stopOf = (kind: KindProcedure, attributes = {}, os?: string) =>
  jobOf(planOf(inputs(kind, attributes, os)), 'stop-a').steps[0]?.argv;

describe('parameters of a kind', () => {
  const parameters: Record<string, Parameter> = {
    port: { type: 'integer', default: 8080, minimum: 1, maximum: 65_535 },
    mode: { type: 'string', values: ['fast', 'slow'] },
    drain: { type: 'boolean', default: false },
  };

  it('are the attributes of the component, or have their defaults', () => {
    expect(stopOf(kindWith(parameters), { mode: 'fast' })).toEqual(['ctl', 'stop', '8080', 'fast', 'false']);
    expect(stopOf(kindWith(parameters), { mode: 'slow', port: '81', drain: true })).toEqual([
      ...['ctl', 'stop', '81', 'slow', 'true'],
    ]);
  });

  it('must have a value, each said once with component and attribute', () => {
    expect(faultsOf(inputs(kindWith(parameters)))).toEqual([
      {
        path: '/components/0/attributes/mode',
        message: 'component "a" does not say the mode that kind "own" needs',
        remedy: 'Give one of fast, slow.',
      },
    ]);
  });

  it('refuse values that cannot be meant, all at once, whether or not a step uses them', () => {
    const kind = kindWith(parameters, { stop: { unit: 'stop' } });
    const attributes = { port: 70_000, mode: 'medium', drain: 'maybe' };

    expect(faultsOf(inputs(kind, attributes))).toMatchObject([
      { path: '/components/0/attributes/port', remedy: 'Give a whole number from 1 up to 65535.' },
      {
        path: '/components/0/attributes/mode',
        message: expect.stringContaining('"medium" cannot be the mode') as string,
      },
      { path: '/components/0/attributes/drain', remedy: 'Give true or false.' },
    ]);
  });

  it('give their defaults to packages too', () => {
    const kind = kindWith(
      { release: { type: 'string', default: 'own-server-2' } },
      { patch: { packages: ['{release}'] } },
    );

    expect(jobOf(planOf(inputs(kind)), 'patch-a').steps[0]?.argv).toContain('only=own-server-2');
  });
});

it.each<[string, Record<string, Parameter>, string]>([
  ['a default of another type', { port: { type: 'integer', default: 'http' } }, '/parameters/port/default'],
  [
    'a default that is not among the values',
    { a: { type: 'string', values: ['x'], default: 'y' } },
    '/parameters/a/default',
  ],
  ['bounds of a text', { a: { type: 'string', minimum: 1 } }, '/parameters/a'],
  ['bounds the wrong way round', { a: { type: 'integer', minimum: 2, maximum: 1 } }, '/parameters/a/minimum'],
  ['values of another type', { a: { type: 'integer', values: ['x'] } }, '/parameters/a/values'],
  ['values of a boolean', { a: { type: 'boolean', values: ['true'] } }, '/parameters/a/values'],
  ['a name that means something else', { unit: { type: 'string' } }, '/parameters/unit'],
  ['a name that no step could write', { 'a-b': { type: 'string' } }, '/parameters/a-b'],
])('refuses %s in the policy', (_, parameters, path) => {
  const kinds = { own: kindWith(parameters, { stop: { unit: 'stop' } }) };
  const faults = checkPolicy(aPolicy({ kinds }), PLANNED_AT);

  expect(faults.map((fault) => fault.path)).toEqual([`/kinds/own${path}`]);
  expect(faults[0]?.remedy).toMatch(/\.$/);
});

describe('phases by operating system', () => {
  const kind = kindWith(
    {},
    {
      stop: { command: ['any'] },
      os: { rhel: { stop: { command: ['rhel'] } }, 'rhel-8': { stop: { command: ['rhel-8'] } } },
    },
  );

  it.each([
    ['debian-12', 'any'],
    ['rhel-9', 'rhel'],
    ['rhel-8', 'rhel-8'],
  ])('on %s', (os, program) => {
    expect(stopOf(kind, {}, os)).toEqual([program]);
  });

  it('give way to an exception, also to one that says nothing of the operating system', () => {
    const set = { kinds: { own: { stop: { command: ['exception'] } } } };
    const { landscape, policy } = inputs(kind, {}, 'rhel-8');
    const exceptions = [{ match: { component: 'a' }, set, owner: 'x', reason: 'y', until: '2099-12-31' }];
    const plan = planOf({ landscape, policy: { ...policy, exceptions } });

    expect(jobOf(plan, 'stop-a').steps[0]?.argv).toEqual(['exception']);
  });

  it('are checked like all others', () => {
    const kinds = { own: { os: { rhel: { stop: { command: ['{script}'] } } } } };

    expect(checkPolicy(aPolicy({ kinds }), PLANNED_AT)).toMatchObject([
      { path: '/kinds/own/os/rhel/stop/command/0' },
    ]);
  });
});
