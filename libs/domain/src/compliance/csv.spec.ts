import { component, landscapeOf } from '../testing/landscapes';
import { planOf } from '../testing/plans';
import { complianceReport, type ComplianceReport, type ServerCompliance } from './compliance-report';
import { complianceCsv } from './csv';

const plan = planOf({ landscape: landscapeOf({ components: [component('a'), component('b')] }) });

function withServers(...changes: Partial<ServerCompliance>[]): ComplianceReport {
  const report = complianceReport({ plan, events: [] });
  const servers = report.servers.map((server, index) => ({ ...server, ...changes[index] }));
  return { ...report, servers };
}

/** The cells by column, of one line. */
function cells(csv: string, line: number): Record<string, string> {
  const [head = '', ...rest] = csv.split('\r\n');
  const values = (rest[line - 1] ?? '').split(',');
  return Object.fromEntries(head.split(',').map((name, index) => [name, values[index] ?? '']));
}

it('has one line per package change, and one for a server without any', () => {
  const packages = [
    { name: 'nginx', from: '1', to: '2' },
    { name: 'old', from: '1', to: null },
  ];
  const csv = complianceCsv(withServers({ packages }));
  expect(csv.split('\r\n')).toHaveLength(5);
  expect(cells(csv, 1)).toMatchObject({ server: 'srv-a', package: 'nginx', from: '1', to: '2' });
  expect(cells(csv, 2)).toMatchObject({ server: 'srv-a', package: 'old', from: '1', to: '' });
  expect(cells(csv, 3)).toMatchObject({ server: 'srv-b', package: '', result: 'pending', compliant: 'no' });
});

it.each(['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\tx', '＝1+1'])(
  'does not let a spreadsheet take %j for a formula',
  (name) => {
    const csv = complianceCsv(withServers({ name, packages: [{ name, from: name, to: name }] }));
    const [, line = ''] = csv.split('\r\n');
    expect(line.split(',').filter((value) => value === `'${name}`)).toHaveLength(4);
  },
);

it('quotes what would break the line', () => {
  const csv = complianceCsv(withServers({ reason: 'a "b", c\nd' }));
  expect(csv).toContain('"a ""b"", c\nd"');
  expect(complianceCsv(withServers({ reason: '=A1,B1' }))).toContain(`"'=A1,B1"`);
});
