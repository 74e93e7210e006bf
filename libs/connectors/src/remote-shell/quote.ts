/** An argument that no shell line can carry. Nothing was sent anywhere. */
export class Unquotable extends Error {
  constructor(what: string) {
    super(`Cannot be passed to a command: ${what}.`);
    this.name = 'Unquotable';
  }
}

/** Linux takes at most 128 KiB in one argument, and the login shell gets the whole line as one. */
const LONGEST_LINE = 120_000;

/**
 * Turns an argument list into one line from which every POSIX sh gets back exactly these arguments and nothing else.
 * This is the only place that quotes. Every word is quoted, also harmless ones: an unquoted first word could be an
 * alias, a reserved word or an assignment. Throws `Unquotable` for an empty list, NUL, text that is not Unicode, and a
 * line that Linux would not hand to a shell.
 */
export function quote(argv: readonly string[]): string {
  if (argv.length === 0) throw new Unquotable('an empty argument list');
  const line = argv.map(quoteWord).join(' ');
  if (Buffer.byteLength(line) > LONGEST_LINE) throw new Unquotable(`more than ${LONGEST_LINE} bytes`);
  return line;
}

function quoteWord(word: string): string {
  if (word.includes('\0')) throw new Unquotable('a NUL character');
  // A lone surrogate has no UTF-8 form; it would reach the host as another character.
  if (/\p{Surrogate}/u.test(word)) throw new Unquotable('text that is not valid Unicode');
  return `'${word.replaceAll("'", "'\\''")}'`;
}

const PIECE = String.raw`(?:'[^']*'|\\'|[^\s'"\\$\x60!*?[\]{}()<>|&;~#=])`;
const LINE = new RegExp(`^ *${PIECE}+(?: +${PIECE}+)* *$`, 'u');
const WORD = new RegExp(`${PIECE}+`, 'gu');

/**
 * The inverse of `quote`, for hosts that are simulated: reads a line of single-quoted and plain words. Undefined when
 * the line uses anything else of the shell's language.
 */
export function unquote(line: string): string[] | undefined {
  if (!LINE.test(line)) return undefined;
  const words = line.match(WORD) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|\\'/g, (_, text?: string) => text ?? "'"));
}
