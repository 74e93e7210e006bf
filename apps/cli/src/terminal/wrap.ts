import { widthOf } from './width';

/**
 * A text in lines of at most so many cells, broken between words. A word that is longer than a line stays whole: it may be
 * a name that somebody copies.
 */
export function wrap(text: string, cells: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > cells) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
