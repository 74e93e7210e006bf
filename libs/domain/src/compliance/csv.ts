import type { ComplianceReport, ServerCompliance } from './compliance-report';

const COLUMNS = [
  'campaign',
  'server',
  'name',
  'os',
  'owner',
  'result',
  'compliant',
  'at',
  'by',
  'reason',
  'reboot',
  'reboot_due',
  'reboot_at',
  'boot_id_before',
  'boot_id_after',
  'package',
  'from',
  'to',
  'notes',
] as const;

/**
 * The report as RFC 4180 text: one line per package change, and one for a server without any. Cells that a spreadsheet would take for
 * a formula begin with an apostrophe.
 */
export function complianceCsv(report: ComplianceReport): string {
  const lines = report.servers.flatMap((server) => linesOf(report.campaign, server));
  return [COLUMNS, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

type Line = Readonly<Record<(typeof COLUMNS)[number], string | null>>;

function linesOf(campaign: string, server: ServerCompliance): (string | null)[][] {
  const { reboot } = server;
  const notes = Object.entries(server.notes).map(([token, text]) => `${token}: ${text}`);
  const common = {
    ...{ campaign, server: server.server, name: server.name, os: server.os, owner: server.owner },
    ...{ result: server.result, compliant: yesNo(server.isCompliant) },
    ...{ at: server.at, by: server.by, reason: server.reason },
    ...{ reboot: reboot.result, reboot_due: yesNo(reboot.isDue), reboot_at: reboot.at },
    ...{ boot_id_before: reboot.bootIdBefore, boot_id_after: reboot.bootIdAfter },
    notes: notes.join('; '),
  };
  const changes = server.packages.length > 0 ? server.packages : [{ name: null, from: null, to: null }];
  return changes.map(({ name, from, to }) => {
    const line: Line = { ...common, package: name, from, to };
    return COLUMNS.map((column) => line[column]);
  });
}

function yesNo(isSo: boolean): string {
  return isSo ? 'yes' : 'no';
}

/** Also in the full width that some keyboards write and some spreadsheets accept. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function cell(value: string | null): string {
  const text = value ?? '';
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
