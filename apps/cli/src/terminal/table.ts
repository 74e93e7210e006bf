import { printable } from './printable';
import { type Paint, painter, type Span } from './style';
import { cut, pad, widthOf } from './width';

export type Cell = string | Span;

export interface TableOptions {
  /** Cells in a line; the last column gives way. Default: as wide as it must be. */
  readonly width?: number | undefined;
  readonly paint?: Paint;
}

const GAP = '  ';
const INDENT = '    ';
const LEAST_LAST = 24;

/**
 * Aligned columns two spaces apart. Cells are data: they cannot move the cursor, and stay on their line. The last
 * column is cut where a line ends, and has a line of its own where nothing would be left of it.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  { width = Infinity, paint = painter(false) }: TableOptions = {},
): string {
  const titles = header.map((text): Span => ({ text, style: 'dim' }));
  const lines = [titles, ...rows.map((row) => row.map(spanOf))];
  const widths = header.map((_, i) => Math.max(...lines.map((line) => widthOf(line[i]?.text ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, cells) => sum + cells + GAP.length, 0);
  const lastWidth = widths.at(-1) ?? 0;
  const isStacked = width - before < Math.min(LEAST_LAST, lastWidth);
  const render = (line: readonly Span[], i: number): string[] => {
    const last = line[widths.length - 1];
    const first = line.slice(0, widths.length - 1);
    if (!isStacked) return [renderRow([...first, cutSpan(last, width - before)], widths, paint)];
    const below = cut(last?.text ?? '', width - INDENT.length);
    return [renderRow(first, widths, paint), ...(below === '' || i === 0 ? [] : [`${INDENT}${below}`])];
  };
  return lines.flatMap(render).join('\n');
}

function spanOf(cell: Cell): Span {
  const span = typeof cell === 'string' ? { text: cell } : cell;
  return { ...span, text: printable(span.text) };
}

function cutSpan(span: Span | undefined, cells: number): Span {
  return { ...span, text: cut(span?.text ?? '', cells) };
}

/** Nothing stands behind the last cell that says something. */
function renderRow(row: readonly Span[], widths: readonly number[], paint: Paint): string {
  const end = row.findLastIndex(({ text }) => text !== '');
  const cells = row.slice(0, end + 1).map(({ text, style }, i) => {
    const padding = i === end ? '' : pad('', (widths[i] ?? 0) - widthOf(text));
    return `${paint(text, style)}${padding}`;
  });
  return cells.join(GAP);
}
