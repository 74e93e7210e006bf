const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ASCII = /^[\u0020-\u007e]*$/;
/** Marks, joiners and formats that stand on or between others and take no cell of their own. */
const NO_CELL = /^[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]*$/u;
/** Unicode's East Asian Width W and F, and what is shown as an emoji. */
const TWO_CELLS = new RegExp(
  '^(?:\\p{Emoji_Presentation}|[' +
    '\\u1100-\\u115f\\u2329\\u232a\\u2630-\\u2637\\u268a-\\u268f\\u2e80-\\u2e99\\u2e9b-\\u2ef3\\u2f00-\\u2fd5' +
    '\\u2ff0-\\u303e\\u3041-\\u3096\\u3099-\\u30ff\\u3105-\\u312f\\u3131-\\u318e\\u3190-\\u31e5\\u31ef-\\u321e' +
    '\\u3220-\\u3247\\u3250-\\ua48c\\ua490-\\ua4c6\\ua960-\\ua97c\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe10-\\ufe19' +
    '\\ufe30-\\ufe52\\ufe54-\\ufe66\\ufe68-\\ufe6b\\uff01-\\uff60\\uffe0-\\uffe6' +
    '\\u{16fe0}-\\u{18dff}\\u{1aff0}-\\u{1b2ff}\\u{1d300}-\\u{1d376}\\u{1f200}-\\u{1f265}\\u{20000}-\\u{3fffd}])',
  'u',
);
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
  return TWO_CELLS.test(grapheme) || grapheme.includes(EMOJI_STYLE) ? 2 : 1;
}
