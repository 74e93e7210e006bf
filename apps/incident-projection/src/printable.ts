/** Text as a Postgres column can hold it: hosts print NUL, which Postgres refuses; its symbol stands for it. */
export function printable(text: string): string {
  return text.replaceAll('\0', '␀');
}
