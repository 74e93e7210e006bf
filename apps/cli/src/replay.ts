import type { Look } from './output';
import { renderLine } from './terminal/line';
import { printable } from './terminal/printable';
import { boardLines } from './watch/board';
import { pictureOfState } from './watch/picture';
import type { EventView, StateView } from './views';

const SUBJECTS = ['obligation', 'incident', 'job', 'wave', 'group', 'scope', 'planDigest'];
const TEXTS = ['outcome', 'how', 'cause', 'summary', 'reason', 'source'];
const NAME_CELLS = 21;

/** One event on one line: when, what, on what, what was said, by whom. */
export function describeEvent({ at, type, actor, data }: EventView): string {
  const texts = (keys: readonly string[]) =>
    keys
      .map((key) => data[key])
      .filter((value): value is string => typeof value === 'string' && value !== '');
  const subject = texts(SUBJECTS)[0] ?? '';
  const parts = [`${at}  ${type.padEnd(NAME_CELLS)}`, subject, texts(TEXTS).join(': '), `(${actor})`];
  return printable(parts.filter((part) => part !== '').join('  '));
}

const WIDE_ENOUGH = 120;

/** The board as it was at a moment. */
export function describeState(state: StateView, { paint, width = WIDE_ENOUGH }: Look): string {
  if (state.status === 'none') return `${printable(state.id)} did not exist yet at ${printable(state.at)}.`;
  const lines = boardLines(pictureOfState(state), { cells: width, isUnicode: true });
  return lines.map((line) => renderLine(line, width, paint)).join('\n');
}
