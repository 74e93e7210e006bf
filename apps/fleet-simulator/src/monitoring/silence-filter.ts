import type { Matcher } from './silence';

const FILTER = /^\s*([a-zA-Z_][\w:]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|(.*?))\s*$/s;

/** Reads `instance="web-01"` and its relatives with `!=`, `=~` and `!~`; undefined when it is no filter. */
export function readFilter(text: string): Matcher | undefined {
  const [, name, operator, quoted, bare = ''] = FILTER.exec(text) ?? [];
  if (name === undefined || operator === undefined) return undefined;
  const value = quoted === undefined ? bare : unescaped(quoted);
  return { name, value, isRegex: operator.includes('~'), isEqual: !operator.startsWith('!') };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char));
}
