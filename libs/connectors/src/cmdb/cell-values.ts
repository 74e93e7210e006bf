/** A cell that holds a list: parts without the space around them, empty ones dropped. */
export function listOf(cell: string, separator: string): string[] {
  return cell
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Attributes are numbers and truth values in YAML; a cell can only hint at them. */
export function typedValue(cell: string): string | number | boolean {
  if (cell === 'true' || cell === 'false') return cell === 'true';
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/.test(cell) ? Number(cell) : cell;
}

/** A port that is not a number stays text: the schema then says what is wrong with it. */
export function portValue(cell: string): string | number {
  return /^\d{1,9}$/.test(cell) ? Number(cell) : cell;
}

/** Lower case, accents dropped, every other run of signs one dash; may come out empty, which the schema refuses. */
export function slugOf(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9._]+/g, '-').replace(/^[-._]+|-+$/g, '');
}
