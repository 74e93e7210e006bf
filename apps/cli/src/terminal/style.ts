const CODES = {
  plain: '',
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  cyan: '36',
  alarm: '1;31',
} as const;
export type Style = keyof typeof CODES;

/** Text in a style; text alone where there are no styles. */
export type Paint = (text: string, style?: Style) => string;

/** A piece of a line. What it means is always said in its text as well: a style is never alone. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** A painter that writes SGR sequences, or none. */
export function painter(enabled: boolean): Paint {
  return (text, style = 'plain') =>
    !enabled || style === 'plain' || text === '' ? text : `\u001b[${CODES[style]}m${text}\u001b[0m`;
}
