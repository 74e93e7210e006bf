// The fonts that every reader of PDF has know the 218 characters of WinAnsi. Embedding a font of all scripts would make
// each report megabytes larger and our releases depend on somebody's font files.
const SPACES = /[\t\n\v\f\r\u0085\u2028\u2029\p{Zs}]+/gu;
const PLAIN = /^[ -~]*$/;
// Latin-1 without its controls and the invisible soft hyphen, and what Windows put in the place of the controls.
const KNOWN = /[ -~\u00a1-\u00ac\u00ae-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/u;
const ALIKE: Readonly<Record<string, string>> = { '\u2010': '-', '\u2011': '-', '\u2192': '->' };

/**
 * Text for a standard font, on one line. A character that the font lacks, and one that shows nothing or steers, stands as
 * its code, `[U+4E2D]`: a name that is replaced must not pass for another one, and nothing may vanish.
 */
export function winAnsi(text: string): string {
  if (PLAIN.test(text)) return text;
  return Array.from(text.normalize('NFC').replace(SPACES, ' '), shown).join('');
}

function shown(character: string): string {
  if (KNOWN.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return ALIKE[character] ?? `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}
