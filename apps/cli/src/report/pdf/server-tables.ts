import type { ServerCompliance } from '@patchtide/domain';
import { deviationsOf, notesOf, rebootDetails, serverDetails, whyOf } from '../facts';
import { moment } from '../moment';
import { rebootWords } from '../words';
import { INKS, resultInk } from './inks';
import { type Column, type Part, PdfTable, type Row } from './pdf-table';
import type { Sheet } from './sheet';

const SERVERS: readonly Column[] = [
  { title: 'Server', share: 0.19 },
  { title: 'Result', share: 0.08 },
  { title: 'When', share: 0.13 },
  { title: 'Reboot', share: 0.24 },
  { title: 'Packages', share: 0.08, isNumber: true },
  { title: 'Why', share: 0.28 },
];
const DEVIATIONS: readonly Column[] = [
  { title: 'Server', share: 0.22 },
  { title: 'What', share: 0.16 },
  { title: 'Who', share: 0.16 },
  { title: 'Why', share: 0.46 },
];
const PACKAGES: readonly Column[] = [
  { title: 'Package', share: 0.34 },
  { title: 'From', share: 0.33 },
  { title: 'To', share: 0.33 },
];

/** One row per server: what it is, how it stands, and why. */
export function drawServers(sheet: Sheet, servers: readonly ServerCompliance[], zone: string): void {
  const rows = servers.map((server): Row => {
    const { name, result, at, reboot, packages } = server;
    return [
      [cell(name), small(serverDetails(server))],
      [{ text: result, ink: resultInk(result) }],
      [cell(moment(at, zone))],
      [
        { text: rebootWords(reboot), ink: reboot.isDue ? INKS.due : INKS.cell },
        small(rebootDetails(reboot, zone)),
      ],
      [cell(`${packages.length}`)],
      [cell(whyOf(server)), small(notesOf(server))],
    ];
  });
  new PdfTable(sheet, SERVERS, { head: INKS.head, padding: 3.5 }).draw(rows);
}

/** Who decided what, and why. */
export function drawDeviations(sheet: Sheet, servers: readonly ServerCompliance[]): void {
  const rows = deviationsOf(servers).map(({ server, what, who, why }) =>
    [server, what, who, why].map((text) => [cell(text)]),
  );
  new PdfTable(sheet, DEVIATIONS, { head: INKS.head, padding: 3.5 }).draw(rows);
}

/** What changed on one server, old and new. */
export function drawPackages(sheet: Sheet, { name, packages }: ServerCompliance): void {
  const rows = packages.map(({ name: what, from, to }) => [
    [cell(what)],
    [code(from ?? 'not installed')],
    [code(to ?? 'removed')],
  ]);
  const caption = { text: name, ink: INKS.caption };
  new PdfTable(sheet, PACKAGES, { head: INKS.head, padding: 2, caption }).draw(rows);
}

function cell(text: string): Part {
  return { text, ink: INKS.cell };
}

function code(text: string): Part {
  return { text, ink: INKS.code };
}

function small(lines: readonly string[]): Part {
  return { text: lines.join(' · '), ink: INKS.small };
}
