import type { Fault } from '@patchtide/contracts';

/** A place in a file as an editor counts: both numbers begin at 1. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** Finds the place of a JSON pointer in the text it came from; of its nearest ancestor when the value is missing. */
export type Locate = (path: string) => Position | undefined;

/** Gives faults that know only their path the file, line and column they come from. */
export function withPositions(faults: readonly Fault[], locate: Locate): Fault[] {
  return faults.map((fault) => (fault.line === undefined ? { ...fault, ...locate(fault.path) } : fault));
}

/** The parts of a JSON pointer (RFC 6901); `''` is the whole document. */
export function segmentsOf(path: string): string[] {
  if (path === '') return [];
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A segment as it stands in a JSON pointer. */
export function escaped(segment: string | number): string {
  return String(segment).replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * Line and column of offsets in a text, counting `\n`, `\r\n` and `\r` as line ends. Lines are found at the first
 * question, so that a text nobody asks about costs nothing.
 */
export function lineIndex(text: string): (offset: number) => { line: number; column: number } {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (end) => end.index + end[0].length)];
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
