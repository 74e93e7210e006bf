const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ASCII = /^[\u0020-\u007e]*$/;
/** Marks, joiners and formats that stand on or between others and take no cell of their own. */
const NO_CELL = /^[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]*$/u;
/** Unicode's East Asian Width W and F, without emoji. */
// prettier-ignore
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], [0x2329, 0x232a], [0x2630, 0x2637], [0x268a, 0x268f], [0x2e80, 0x2e99],
  [0x2e9b, 0x2ef3], [0x2f00, 0x2fd5], [0x2ff0, 0x303e], [0x3041, 0x3096], [0x3099, 0x30ff],
  [0x3105, 0x312f], [0x3131, 0x318e], [0x3190, 0x31e5], [0x31ef, 0x321e], [0x3220, 0x3247],
  [0x3250, 0xa48c], [0xa490, 0xa4c6], [0xa960, 0xa97c], [0xac00, 0xd7a3], [0xf900, 0xfaff],
  [0xfe10, 0xfe19], [0xfe30, 0xfe52], [0xfe54, 0xfe66], [0xfe68, 0xfe6b], [0xff01, 0xff60],
  [0xffe0, 0xffe6], [0x16fe0, 0x18dff], [0x1aff0, 0x1b2ff], [0x1d300, 0x1d376], [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];
const EMOJI = /^\p{Emoji_Presentation}/u;
const EMOJI_STYLE = '\ufe0f';

/** The cells that a line of text takes on a terminal. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += cellsOf(segment);
  return width;
}

/** The text in at most so many cells; `…` says that something is missing. */
export function cut(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  if (cells <= 0) return '';
  let kept = '';
  let left = cells - 1;
  for (const { segment } of GRAPHEMES.segment(text)) {
    left -= cellsOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The text with spaces behind it until it takes so many cells; never shorter than it is. */
export function pad(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - widthOf(text)));
}

function cellsOf(grapheme: string): number {
  if (ASCII.test(grapheme)) return grapheme.length;
  if (NO_CELL.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || grapheme.includes(EMOJI_STYLE) || isWide(grapheme) ? 2 : 1;
}

function isWide(grapheme: string): boolean {
  const first = grapheme.codePointAt(0) ?? 0;
  return WIDE.some(([from, to]) => from <= first && first <= to);
}
