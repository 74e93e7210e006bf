export type Words =
  { readonly ok: true; readonly argv: string[] } | { readonly ok: false; readonly reason: string };

const ASSIGNMENT = /^\s*[A-Za-z_][A-Za-z0-9_]*=/;
const BARE = /[A-Za-z0-9_@%+=:,./-]/;

/**
 * Splits a POSIX-quoted line into its words and refuses whatever a shell would do more with than that: expansions,
 * assignments, operators, globs, comments, open quotes. A client that quotes every argument is understood, all else is a mistake.
 */
export function splitWords(line: string): Words {
  if (ASSIGNMENT.test(line)) return { ok: false, reason: 'assignment before the command' };
  const argv: string[] = [];
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
    const word = readWord(line, at);
    if ('reason' in word) return { ok: false, reason: word.reason };
    argv.push(word.text);
    at = word.end;
  }
  return argv.length === 0 ? { ok: false, reason: 'no command' } : { ok: true, argv };
}

type Piece = { readonly text: string; readonly end: number };
type Refusal = { readonly reason: string };

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at++;
  return at;
}

function readWord(line: string, from: number): Piece | Refusal {
  let text = '';
  let at = from;
  while (at < line.length && line[at] !== ' ' && line[at] !== '\t') {
    const piece = readPiece(line, at);
    if ('reason' in piece) return piece;
    text += piece.text;
    at = piece.end;
  }
  return { text, end: at };
}

function readPiece(line: string, at: number): Piece | Refusal {
  const char = line.charAt(at);
  if (char === "'") return singleQuoted(line, at);
  if (char === '"') return doubleQuoted(line, at);
  if (char === '\\') return escaped(line, at);
  if (BARE.test(char) || char.charCodeAt(0) > 127) return { text: char, end: at + 1 };
  return { reason: `unquoted ${JSON.stringify(char)} at ${at}` };
}

function singleQuoted(line: string, at: number): Piece | Refusal {
  const close = line.indexOf("'", at + 1);
  return close < 0 ? { reason: `open quote at ${at}` } : { text: line.slice(at + 1, close), end: close + 1 };
}

function escaped(line: string, at: number): Piece | Refusal {
  const next = line.charAt(at + 1);
  if (next === '' || next === '\n') return { reason: `nothing to escape at ${at}` };
  return { text: next, end: at + 2 };
}

function doubleQuoted(line: string, from: number): Piece | Refusal {
  let text = '';
  for (let at = from + 1; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '"') return { text, end: at + 1 };
    if (char === '$' || char === '`') return { reason: `expansion in quotes at ${at}` };
    if (char === '\\' && '\\"$`'.includes(line.charAt(at + 1))) text += line.charAt(++at);
    else text += char;
  }
  return { reason: `open quote at ${from}` };
}
