import type { ComplianceReport } from '@patchtide/domain';
import { aboutOf, deviationsOf, meaningsOf, type Named, numbersOf, proofOf } from '../facts';
import { totalsSentence } from '../words';
import { INKS } from './inks';
import { drawDeviations, drawPackages, drawServers } from './server-tables';
import { Sheet } from './sheet';

/** Roughly what a heading and the first rows below it need, in points. */
const SECTION_ROOM = 90;

/**
 * The report as a document to be printed, signed and filed, with the content of the page. The same report gives the same
 * bytes: its only date is the campaign's end, or where it has not ended, that of the last event.
 */
export function compliancePdf(report: ComplianceReport): AsyncIterable<Buffer> {
  const { campaign, title, servers, totals, window, closedAt, asOf } = report;
  const name = `${campaign}: ${title}`;
  const sheet = new Sheet({ title: `Compliance report ${name}`, createdAt: new Date(closedAt ?? asOf) });
  drawTop(sheet, report, name);
  section(sheet, 'Servers');
  sheet.paragraph(`${totalsSentence(totals)}. All times are in ${window.timezone}.`, INKS.text);
  sheet.down(6);
  if (servers.length > 0) drawServers(sheet, servers, window.timezone);
  if (deviationsOf(servers).length > 0) {
    section(sheet, 'Deviations');
    drawDeviations(sheet, servers);
  }
  const changed = servers.filter(({ packages }) => packages.length > 0);
  if (changed.length > 0) section(sheet, 'Packages');
  for (const server of changed) {
    drawPackages(sheet, server);
    sheet.down(14);
  }
  drawEnd(sheet, report);
  return sheet.finish(`Patchtide compliance report ${name}`, INKS.foot);
}

function drawTop(sheet: Sheet, report: ComplianceReport, name: string): void {
  sheet.paragraph('PATCHTIDE COMPLIANCE REPORT', INKS.over);
  sheet.down(2);
  sheet.paragraph(name, INKS.title);
  sheet.down(4);
  sheet.rule(INKS.title.colour, 2);
  sheet.down(14);
  drawNamed(sheet, aboutOf(report));
  sheet.down(12);
  const width = sheet.width / 4;
  const numbers = numbersOf(report);
  numbers.forEach(([number], i) => sheet.put(number, sheet.left + i * width, INKS.number));
  sheet.down(22);
  numbers.forEach(([, what], i) => sheet.put(what, sheet.left + i * width, INKS.soft));
  sheet.down(14);
}

function drawEnd(sheet: Sheet, report: ComplianceReport): void {
  section(sheet, 'What the words mean');
  drawNamed(sheet, meaningsOf(report.servers));
  section(sheet, 'What this rests on');
  const { made, commands } = proofOf(report);
  sheet.paragraph(`${made} What they say can be checked:`, INKS.text);
  for (const command of commands) sheet.paragraph(command, INKS.code);
  sheet.down(6);
  const { planDigest, landscapeDigest, policyDigest } = report;
  for (const line of [`plan ${planDigest}`, `landscape ${landscapeDigest}`, `policy ${policyDigest}`])
    sheet.paragraph(line, INKS.code);
  sheet.down(6);
  sheet.paragraph(
    'A character that the fonts of this document lack stands as its code, like [U+4E2D]; the report as JSON has it as it is.',
    INKS.soft,
  );
}

function section(sheet: Sheet, title: string): void {
  sheet.down(16);
  if (sheet.room < SECTION_ROOM) sheet.turn();
  sheet.bookmark(title);
  sheet.paragraph(title, INKS.section);
  sheet.down(4);
}

/** Names on the left, what belongs to them on the right. */
function drawNamed(sheet: Sheet, named: readonly Named[]): void {
  const column = 90;
  for (const [name, text] of named) {
    sheet.lines(text, sheet.width - column, INKS.text).forEach((line, i) => {
      if (sheet.room < 14) sheet.turn();
      if (i === 0) sheet.put(name, sheet.left, INKS.soft);
      sheet.put(line, sheet.left + column, INKS.text);
      sheet.down(14);
    });
  }
}
