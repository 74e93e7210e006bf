import type { ComplianceReport, ServerCompliance } from '@patchtide/domain';
import type { Look } from '../output';
import { counted } from '../terminal/counted';
import { type Cell, table } from '../terminal/table';
import { notesOf, whyOf } from './facts';
import { moment } from './moment';
import { RESULT_STYLES, rebootWords, totalsSentence } from './words';

/** The report for a terminal: what it is about, each server, and the packages that changed. */
export function complianceText(report: ComplianceReport, look: Look): string {
  const { totals, servers, window } = report;
  const zone = window.timezone;
  const rows = servers.map((server) => rowOf(server, zone));
  const packages = packageRows(servers);
  return [
    look.paint(`${report.campaign}  ${report.title}`, 'bold'),
    ...aboutLines(report),
    '',
    totalsSentence(totals),
    `${counted(totals.rebooted, 'server')} rebooted, ${counted(totals.rebootsDue, 'reboot')} due, ` +
      `${counted(totals.packageChanges, 'package change')} of ${counted(totals.packages, 'package')}`,
    ...(rows.length === 0
      ? []
      : ['', table(['server', 'os', 'result', 'when', 'reboot', 'packages', 'why'], rows, look)]),
    ...(packages.length === 0 ? [] : ['', table(['package', 'from', 'to', 'servers'], packages, look)]),
  ].join('\n');
}

function aboutLines(report: ComplianceReport): string[] {
  const { window, approvals, closedAt, outcome, startedAt, asOf } = report;
  const zone = window.timezone;
  const ended = closedAt === null ? 'not ended' : `${outcome ?? ''} ${moment(closedAt, zone)}`;
  const rows = [
    ['window', `${moment(window.start, zone)} to ${moment(window.end, zone)} (${zone})`],
    ['asked for', report.requestedBy],
    ['approved', approvals.map(({ by }) => by).join(', ') || 'by nobody'],
    ['policy', report.policy],
    ['started', moment(startedAt, zone) || 'not started'],
    ['ended', ended],
    ['as of', moment(asOf, zone)],
  ] as const;
  return rows.map(([name, text]) => `  ${name.padEnd(10)}  ${text}`);
}

function rowOf(server: ServerCompliance, zone: string): Cell[] {
  const { result, reboot, packages } = server;
  return [
    server.name,
    server.os ?? 'not known',
    { text: result, style: RESULT_STYLES[result] },
    moment(server.at, zone),
    { text: rebootWords(reboot), style: reboot.isDue ? 'yellow' : 'plain' },
    `${packages.length}`,
    [whyOf(server), ...notesOf(server)].join('; '),
  ];
}

/** The same change on many servers is one line. */
function packageRows(servers: readonly ServerCompliance[]): Cell[][] {
  const rows = new Map<string, { readonly cells: readonly string[]; count: number }>();
  for (const { name, from, to } of servers.flatMap(({ packages }) => packages)) {
    const cells = [name, from ?? 'not installed', to ?? 'removed'];
    const key = JSON.stringify(cells);
    const known = rows.get(key) ?? { cells, count: 0 };
    known.count += 1;
    rows.set(key, known);
  }
  const sorted = [...rows.values()].sort((a, b) => ((a.cells[0] ?? '') < (b.cells[0] ?? '') ? -1 : 1));
  return sorted.map(({ cells, count }) => [...cells, `${count}`]);
}
