// Names from a CMDB, output of hosts and reasons of people are shown as they are, but must not drive the terminal:
// C0 and C1 controls move the cursor or start escape sequences, and bidi overrides reorder what stands around them.
const SPACES = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g;
// eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

/** Text from outside for one line of a terminal: every line break is a space, every other control character shows. */
export function printable(text: string): string {
  return text.replace(SPACES, ' ').replace(HARMFUL, '\ufffd');
}

/** The same for text of several lines, such as a command's output. */
export function printableLines(text: string): string[] {
  const lines = text.replaceAll('\t', '    ').split(/\r\n|[\n\r]/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  return lines.map(printable);
}

/**
 * The same value with every text in it harmless: control characters show, line breaks and tabs stay. A view made of it
 * cannot drive the terminal even where it forgets `printable`.
 */
export function harmless<T>(value: T): T {
  return cleaned(value) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return printableLines(value).join('\n');
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [printable(key), cleaned(one)]));
}

/** JSON of a value that is safe to show as well: the same characters are escaped, which JSON readers do not notice. */
export function printableJson(text: string): string {
  return text.replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
