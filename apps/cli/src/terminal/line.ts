import { printable } from './printable';
import type { Paint, Span } from './style';
import { cut, widthOf } from './width';

/** One line of a view: pieces side by side, not yet cut, cleaned or painted. */
export type Line = readonly Span[];

/** A line in at most so many cells, free of foreign control characters, painted. */
export function renderLine(line: Line, cells: number, paint: Paint): string {
  let left = cells;
  return line
    .map(({ text, style }) => {
      const shown = cut(printable(text), left);
      left -= widthOf(shown);
      return paint(shown, style);
    })
    .join('');
}

/** As many of the pieces as fit side by side, the first ones first; what does not fit whole is left out. */
export function sideBySide(pieces: readonly Line[], cells: number, gap = '   '): Line {
  const shown: Span[] = [];
  let used = 0;
  for (const piece of pieces.filter((one) => one.length > 0)) {
    const width = lineWidth(piece) + (shown.length === 0 ? 0 : gap.length);
    if (shown.length > 0 && used + width > cells) continue;
    shown.push(...(shown.length === 0 ? [] : [{ text: gap }]), ...piece);
    used += width;
  }
  return shown;
}

/** One piece at the left edge and one at the right; the right one gives way. */
export function spread(left: Line, right: Line, cells: number): Line {
  const room = cells - lineWidth(left) - lineWidth(right);
  return room < 2 ? left : [...left, { text: ' '.repeat(room) }, ...right];
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(printable(text)), 0);
}
