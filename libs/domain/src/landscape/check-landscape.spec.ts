import { checkShape } from '@patchtide/contracts';
import { batchJob, component, landscapeOf, monitorOf, threeTiers } from '../testing/landscapes';
import { checkLandscape } from './check-landscape';

const pathsOf = (faults: readonly { path: string }[]) => faults.map((fault) => fault.path);

it('reports every fault of a landscape at once, each with its path and what to do', () => {
  const good = threeTiers();
  const faults = checkLandscape({
    ...good,
    servers: [
      ...good.servers,
      { id: 'srv-web', name: 'again', address: '10.9.9.9', os: 'debian-12' },
      { id: 'srv-x', name: 'x', address: '10.0.0.1', os: 'debian-12' },
    ],
    components: [...good.components, component('lost', { server: 'nowhere', application: 'nobody' })],
    relations: [
      ...good.relations,
      { type: 'dependsOn', from: 'db', to: 'web' },
      { type: 'dependsOn', from: 'ghost', to: 'db' },
      { type: 'dependsOn', from: 'db', to: 'phantom' },
      { type: 'runsOn', from: 'db', to: 'no-server' },
    ],
    batchJobs: [batchJob('nightly', 'no-host')],
    monitors: [monitorOf('no-ci')],
  });

  expect(pathsOf(faults)).toEqual([
    '/servers/3/id',
    '/servers/4/address',
    '/components/3/server',
    '/components/3/application',
    '/relations/3/from',
    '/relations/4/to',
    '/relations/5/to',
    '/batchJobs/0/server',
    '/monitors/0/ci',
    '/relations',
  ]);
  for (const fault of faults) {
    expect(fault.message).not.toBe('');
    expect(fault.remedy).toMatch(/\.$/);
  }
});

it('finds nothing wrong with a landscape that fits together', () => {
  expect(checkLandscape(threeTiers({ monitored: ['srv-web', 'db'] }))).toEqual([]);
});

it('finds nothing wrong with an empty landscape', () => {
  expect(checkLandscape(landscapeOf({}))).toEqual([]);
});

it('names the place where a duplicate id was used first', () => {
  const landscape = landscapeOf({ components: [component('a'), component('b'), component('a')] });

  expect(checkLandscape(landscape)).toMatchObject([
    { path: '/components/2/id', message: 'the id "a" is already used at /components/0/id' },
  ]);
});

it('refuses one id for two CIs even if one is a server and the other a component or batch job', () => {
  const landscape = landscapeOf({
    components: [component('x', { server: 'x' })],
    batchJobs: [batchJob('x', 'x')],
  });

  expect(pathsOf(checkLandscape(landscape))).toEqual(['/components/0/id', '/batchJobs/0/id']);
});

it('lets an application and a component share a name, because they never stand in the same place', () => {
  expect(checkLandscape(landscapeOf({ components: [component('crm')] }))).toEqual([]);
});

it('refuses two servers with one address, the default port and letter case considered', () => {
  const landscape = landscapeOf({
    servers: [
      { id: 'a', address: 'Host.example' },
      { id: 'b', address: 'host.EXAMPLE', port: 22 },
    ],
  });

  expect(checkLandscape(landscape)).toMatchObject([
    { path: '/servers/1/address', message: expect.stringContaining('of server "a"') },
  ]);
});

it('accepts one address with two ports, as behind a port forward', () => {
  const landscape = landscapeOf({
    servers: [
      { id: 'a', address: '127.0.0.1', port: 2201 },
      { id: 'b', address: '127.0.0.1', port: 2202 },
    ],
  });

  expect(checkLandscape(landscape)).toEqual([]);
});

it('shows the shortest dependency cycle, although a longer one exists', () => {
  const landscape = landscapeOf({
    components: ['a', 'b', 'c', 'd'].map((id) => component(id)),
    needs: [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
      ['d', 'a'],
      ['c', 'b'],
    ],
  });

  expect(checkLandscape(landscape)).toMatchObject([
    { path: '/relations', message: expect.stringMatching(/: b -> c -> b$/) },
  ]);
});

it('reports each separate dependency cycle, a component that needs itself included', () => {
  const landscape = landscapeOf({
    components: ['a', 'b', 'c'].map((id) => component(id)),
    needs: [
      ['a', 'b'],
      ['b', 'a'],
      ['c', 'c'],
    ],
  });

  const messages = checkLandscape(landscape).map((fault) => fault.message);

  expect(messages).toHaveLength(2);
  expect(messages[0]).toMatch(/a -> b -> a|b -> a -> b/);
  expect(messages[1]).toMatch(/c -> c$/);
});

it('accepts the same relation given twice', () => {
  const landscape = landscapeOf({
    components: [component('a'), component('b')],
    needs: [
      ['a', 'b'],
      ['a', 'b'],
    ],
  });

  expect(checkLandscape(landscape)).toEqual([]);
});

it('refuses names with a newline or of 300 characters at import, and takes every other name as data', () => {
  const named = (name: string) => landscapeOf({ components: [component('c', { name })] });

  expect(pathsOf(checkShape('landscape', named('a\nb')))).toEqual(['/components/0/name']);
  expect(pathsOf(checkShape('landscape', named('x'.repeat(300))))).toEqual(['/components/0/name']);
  for (const name of ['a"; rm -rf /', '$(x)', 'ä ö', '`id`', "'"]) {
    expect(checkShape('landscape', named(name))).toEqual([]);
    expect(checkLandscape(named(name))).toEqual([]);
  }
});
