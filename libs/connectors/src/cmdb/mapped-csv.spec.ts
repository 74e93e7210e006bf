import { parse } from 'yaml';
import { readTable } from './csv-table';
import { landscapeFromExport } from './mapped-csv';
import { type Mapping, readMapping } from './mapping';
import type { Locate } from './position';

const inMapping: Locate = (path) => ({ file: 'map.yaml', line: 7, column: path.length });

function mapping(text: string): Mapping {
  const read = readMapping(parse(text), inMapping);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.mapping;
}

const load = (map: string, ...lines: string[]) =>
  landscapeFromExport(readTable(lines.join('\n'), 'export.csv'), mapping(map), inMapping);

function value(map: string, ...lines: string[]): Record<string, unknown[]> {
  const loaded = load(map, ...lines);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  return loaded.value as Record<string, unknown[]>;
}

function faults(map: string, ...lines: string[]) {
  const loaded = load(map, ...lines);
  return loaded.ok
    ? []
    : loaded.faults.map(({ line, column, message, remedy }) => [`${line}:${column}`, message, remedy]);
}

const SERVERS =
  'servers: { id: { column: Host, slug: true }, name: Host, address: IP, os: { constant: debian-12 } }';

describe('a mapped CMDB export', () => {
  it('describes servers and components in one row, and may repeat what agrees', () => {
    const { servers, components } = value(
      `${SERVERS}
components: { id: CI, name: CI, kind: { constant: x }, tier: { constant: app }, server: { column: Host, slug: true }, application: { constant: crm } }`,
      'Host,IP,CI',
      'Web 01,10.1.0.1,a',
      'Web 01,10.1.0.1,b',
      'Web 02,10.1.0.2,',
    );
    expect(servers).toMatchObject([{ id: 'web-01', name: 'Web 01' }, { id: 'web-02' }]);
    expect(components).toMatchObject([
      { id: 'a', server: 'web-01' },
      { id: 'b', server: 'web-01' },
    ]);
  });

  it('fills in from a later row what an earlier one left empty', () => {
    const map = `${SERVERS.slice(0, -2)}, owner: Owner }`;
    expect(value(map, 'Host,IP,Owner', 'a,10.1.0.1,', 'a,10.1.0.1,team').servers).toMatchObject([
      { owner: 'team' },
    ]);
  });

  it('is refused when rows contradict each other, naming both', () => {
    expect(faults(SERVERS, 'Host,IP', 'a,10.1.0.1', 'b,10.1.0.2', 'a,10.1.0.3')).toEqual([
      ['4:3', 'a has address "10.1.0.3", line 2 said "10.1.0.1"', 'Make the rows agree, or map another id.'],
    ]);
  });

  it('turns a cell with several names into relations, each once', () => {
    const map = 'relations: { from: CI, to: { column: Needs, separator: "," } }';
    expect(value(map, 'CI;Needs', 'a;b, c', 'a;c', 'd;').relations).toEqual([
      { type: 'dependsOn', from: 'a', to: 'b' },
      { type: 'dependsOn', from: 'a', to: 'c' },
    ]);
  });

  it('translates values, and reports one that is not listed once, with the place to add it', () => {
    const map = 'applications: { id: A, name: A, criticality: { column: P, values: { hoch: high } } }';
    expect(faults(map, 'A,P', 'a,hoch', 'b,egal', 'c,egal', 'd,')).toEqual([
      [
        '3:3',
        '"egal" in column "P" is not among the mapped values',
        'Add it to the values in map.yaml line 7, or correct the cell.',
      ],
    ]);
  });

  it('uses defaults for empty cells and conditions for rows', () => {
    const map = `applications:
  - { when: { column: K, in: [app] }, id: A, name: A, owner: { column: O, default: nobody } }
  - { when: { column: K, in: [svc] }, id: { column: A, prefix: svc- }, name: A }`;
    expect(value(map, 'K,A,O', 'app,a,', 'app,b,me', 'svc,c,', 'other,d,').applications).toEqual([
      { id: 'a', name: 'a', owner: 'nobody' },
      { id: 'b', name: 'b', owner: 'me' },
      { id: 'svc-c', name: 'c' },
    ]);
  });

  it('knows ports, lists, attributes and refs for what they are', () => {
    const map = `servers: { id: H, name: H, address: H, os: H, port: P, tags: { column: T, separator: " " } }
components: { id: H, name: H, kind: H, tier: H, server: H, application: H, attributes: { port: P } }
monitors: { id: H, ci: H, system: { constant: alertmanager }, ref: { instance: H, job: { constant: node } } }
batchJobs: { id: H, name: H, server: H, system: { constant: cron }, ref: F }`;
    expect(value(map, 'H,P,T,F', 'a,22,x y,/etc/cron.d/a')).toMatchObject({
      servers: [{ port: 22, tags: ['x', 'y'] }],
      components: [{ attributes: { port: 22 } }],
      monitors: [{ ref: { instance: 'a', job: 'node' } }],
      batchJobs: [{ ref: '/etc/cron.d/a' }],
    });
  });

  it('lacking columns is answered with each of them once, and with the broken rows', () => {
    const found = faults(
      `${SERVERS}\nmonitors: { id: Hostt, ci: Hostt, system: Sys, ref: { instance: Hostt } }`,
      'Host,IP',
      'a"b,c',
    );
    expect(found.map(([, message]) => message)).toEqual([
      'column "Hostt" is missing; map.yaml line 7 maps it',
      'column "Sys" is missing; map.yaml line 7 maps it',
      'a quote stands inside a cell that does not begin with one',
    ]);
    expect(found[0]?.[2]).toBe('Add it, or rename "Host".');
  });

  it('leads from a path in the landscape back to the cell', () => {
    const loaded = load(SERVERS, 'Host,IP', 'a,10.1.0.1', 'b,bad address');
    expect(loaded.ok && loaded.locate('/servers/1/address')).toEqual({
      file: 'export.csv',
      line: 3,
      column: 3,
    });
  });
});

describe('a mapping', () => {
  it.each([
    ['', '', 'is not a table of names and values'],
    ['csv: {}', '', 'maps nothing'],
    [`${SERVERS}\nserver: {}`, '/server', '"server" is not known'],
    ['servers: { id: A, name: A, address: A }', '/servers', 'os is not mapped'],
    ['applications: { id: A, name: A, ownr: B }', '/applications/ownr', '"ownr" is not known'],
    [
      'applications: { id: A, name: { colum: B, constant: x } }',
      '/applications/name/colum',
      '"colum" is not known',
    ],
    ['applications: { id: A, name: {} }', '/applications/name', 'needs either a column or a constant'],
    [
      'applications: { id: A, name: { column: B, constant: c } }',
      '/applications/name',
      'needs either a column or a constant',
    ],
    [
      'applications: { id: A, name: { column: B, values: { a: [] } } }',
      '/applications/name/values/a',
      'is not a plain value',
    ],
    ['applications: { id: A, name: B, when: { column: C } }', '/applications/when', 'is not a condition'],
    [`${SERVERS}\ncsv: { delimiter: ";;" }`, '/csv/delimiter', 'is not one sign'],
    [`${SERVERS}\ncsv: { encoding: klingon }`, '/csv/encoding', 'is not known'],
  ])('%j has its fault named with its path', (text, path, message) => {
    const read = readMapping(parse(text), inMapping);
    const found = read.ok
      ? []
      : read.faults.map((fault) => ({ path: fault.path, message: fault.message, line: fault.line }));
    expect(found).toContainEqual({ path, message, line: 7 });
  });
});
