import { renderLine } from './line';
import { printable } from './printable';
import type { Paint, Span, Style } from './style';
import { pad, widthOf } from './width';
import { wrap } from './wrap';

/** Text under what it belongs to, over several lines where it is long; a label stands before it. */
export interface TextRow {
  readonly depth: number;
  readonly text: string;
  readonly style?: Style;
  readonly label?: string;
}

/** Cells that stand in columns with those of all other rows; the line is cut where it ends. */
export interface CellRow {
  readonly depth: number;
  readonly cells: readonly Span[];
}

/** A row of text, of cells, or an empty line. */
export type OutlineRow = TextRow | CellRow | null;

const INDENT = 2;
const GAP = '  ';
const LABEL = 12;
const LEAST_CELLS = 20;

/** A tree for people: rows indented by their depth. What rows say is data: it cannot move the cursor. */
export function outline(
  rows: readonly OutlineRow[],
  { width = Infinity, paint }: { readonly width?: number | undefined; readonly paint: Paint },
): string {
  const widths = columnsOf(rows);
  return rows
    .flatMap((row) => {
      if (row === null) return [''];
      if ('cells' in row) return [renderLine(spansOf(row, widths), width, paint)];
      return textLines(row, width).map((line) => paint(line, row.style));
    })
    .join('\n');
}

function textLines({ depth, text, label }: TextRow, width: number): string[] {
  const before = ' '.repeat(depth * INDENT);
  const first = label === undefined ? before : before + pad(label, LABEL);
  const next = ' '.repeat(label === undefined ? before.length + INDENT : first.length);
  const lines = wrap(printable(text), Math.max(LEAST_CELLS, width - next.length));
  return lines.map((line, i) => (i === 0 ? first : next) + line);
}

function columnsOf(rows: readonly OutlineRow[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    if (row === null || !('cells' in row)) continue;
    row.cells.forEach(({ text }, i) => {
      const before = i === 0 ? row.depth * INDENT : 0;
      widths[i] = Math.max(widths[i] ?? 0, before + widthOf(printable(text)));
    });
  }
  return widths;
}

/** Nothing stands behind the last cell that says something. */
function spansOf({ depth, cells }: CellRow, widths: readonly number[]): Span[] {
  const end = cells.findLastIndex(({ text }) => text !== '');
  return cells.slice(0, end + 1).flatMap(({ text, style = 'plain' }, i) => {
    const indented = i === 0 ? ' '.repeat(depth * INDENT) + printable(text) : printable(text);
    const padding = i === end ? '' : pad('', (widths[i] ?? 0) - widthOf(indented)) + GAP;
    return [{ text: indented, style }, { text: padding }];
  });
}
