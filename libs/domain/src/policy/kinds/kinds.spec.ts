import { component, landscapeOf } from '../../testing/landscapes';
import { aPolicy, faultsOf, jobOf, planOf } from '../../testing/plans';
import { procedureFor } from '../effective';
import { placeholderOf } from '../render-steps';
import { attributeFaults } from './attribute-faults';
import { SHIPPED_KINDS } from './index';
import { PHASES, type ShippedKind } from './shipped-kind';

const SERVER = { id: 's1', name: 's1', address: '10.0.0.1', os: 'debian-12' };
const BUILT_IN = ['id', 'name', 'unit', 'application', 'address'];
const kinds = Object.entries(SHIPPED_KINDS).filter(([name]) => name !== 'custom');

const argumentsOf = (kind: ShippedKind) =>
  PHASES.flatMap((phase) => kind.phases[phase] ?? []).flatMap((step) =>
    'command' in step ? step.command : [],
  );
const namedIn = (kind: ShippedKind) =>
  new Set([
    ...argumentsOf(kind).flatMap((part) => placeholderOf(part) ?? []),
    ...kind.attributes.flatMap(({ default: value }) => placeholderOf(String(value)) ?? []),
  ]);
const stepsOf = (landscape: Parameters<typeof planOf>[0]['landscape'], id: string, policy = {}) =>
  jobOf(planOf({ landscape, policy }), id).steps.map(({ argv }) => argv.join(' '));
const only = (kind: string, more = {}) =>
  landscapeOf({ components: [component('a', { kind, server: 's1', ...more })] });

it.each(kinds)('%s stops, starts, proves both and can be asked whether it is up', (_, kind) => {
  expect(Object.keys(kind.phases)).toEqual(
    expect.arrayContaining(['stop', 'verifyStopped', 'start', 'verifyStarted', 'probe']),
  );
});

it.each(kinds)('%s uses each of its attributes, and none that it does not name', (_, kind) => {
  const names = kind.attributes.map(({ name }) => name);
  const used = namedIn(kind);

  expect(names.filter((name) => !used.has(name))).toEqual([]);
  expect([...used].filter((name) => !names.includes(name) && !BUILT_IN.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

it.each(kinds)('%s needs an optional attribute only in steps that are left out without it', (_, kind) => {
  const optional = kind.attributes.filter((attribute) => attribute.optional).map(({ name }) => name);
  for (const step of PHASES.flatMap((phase) => kind.phases[phase] ?? [])) {
    const parts = 'command' in step ? step.command : [];
    const needed = parts.map(placeholderOf).filter((name) => name !== null && optional.includes(name));
    expect(needed.filter((name) => name !== step.when)).toEqual([]);
  }
});

it('knows nginx without a word in the policy or the CMDB', () => {
  const { unit: _, ...nginx } = component('a', { kind: 'nginx' });
  const landscape = landscapeOf({ components: [nginx] });

  expect(stepsOf(landscape, 'stop-a')).toEqual([
    '@nginx-config /etc/nginx/nginx.conf',
    '@unit-drain nginx.service QUIT 30',
    '@unit-stop nginx.service',
    '@unit-stopped nginx.service',
  ]);
});

it('checks port and page where the component has them, at the address of its server', () => {
  const landscape = only('tomcat', { attributes: { port: 8080, url: 'http://127.0.0.1:8080/health' } });

  expect(stepsOf(landscape, 'start-a')).toEqual([
    '@unit-start a.service',
    '@unit-steady a.service',
    '@tcp-open 10.0.0.1 8080',
    '@http-ok http://127.0.0.1:8080/health ok',
  ]);
});

it('takes an attribute of the component before the default of the kind', () => {
  const landscape = only('postgresql', { attributes: { port: 5433, role: 'replica' } });

  expect(stepsOf(landscape, 'start-a').at(-1)).toBe(
    '@postgresql-up /var/run/postgresql 5433 postgres replica 16777216',
  );
});

it('takes the value of another attribute where that is the default', () => {
  const landscape = only('oracle', { attributes: { oracleHome: '/u01/db', database: 'ORCL' } });

  expect(stepsOf(landscape, 'start-a')).toContain('@oracle-datapatch /u01/db oracle ORCL yes');
});

it('names every attribute that is missing', () => {
  const paths = faultsOf({ landscape: only('haproxy-server') }).map(({ path }) => path);

  expect([...new Set(paths)]).toEqual([
    '/components/0/attributes/backend',
    '/components/0/attributes/serverName',
  ]);
});

it('lets the policy replace one phase, with the defaults of the kind in it', () => {
  const kinds = { postgresql: { verifyStarted: { command: ['pg_isready', '-p', '{port}'] } } };
  const landscape = only('postgresql');

  expect(stepsOf(landscape, 'start-a', { kinds })).toEqual(['@unit-start a.service', 'pg_isready -p 5432']);
});

it('gives a kind that nobody knows the steps of its unit, but guesses nothing about custom', () => {
  expect(stepsOf(only('homegrown'), 'stop-a')).toEqual(['@unit-stop a.service', '@unit-stopped a.service']);
  expect(faultsOf({ landscape: only('custom') })).toMatchObject([{ path: '/components/0' }]);
});

it('keeps the phase that asks whether a component is up', () => {
  const procedure = procedureFor(aPolicy(), component('a', { kind: 'mariadb' }), SERVER);

  expect(procedure.probe).toMatchObject([
    { command: ['@unit-active', '{unit}'] },
    { command: ['@mysql-probe', '/run/mysqld/mysqld.sock', 'none', 'any'] },
  ]);
});

it('says which attribute has a value that cannot be meant, and what would fit', () => {
  const attributes = { port: 'http', role: 'master', maxLagBytes: '1024', socketDirectory: '' };

  expect(attributeFaults(component('a', { kind: 'postgresql', attributes }))).toEqual([
    expect.objectContaining({
      path: '/attributes/role',
      remedy: expect.stringMatching(/^Give one of primary, replica, any\./),
    }),
    expect.objectContaining({
      path: '/attributes/port',
      remedy: expect.stringMatching(/^Give a whole number up to 65535\./),
    }),
    expect.objectContaining({ path: '/attributes/socketDirectory' }),
  ]);
  expect(attributeFaults(component('a', { kind: 'homegrown', attributes }))).toEqual([]);
});
