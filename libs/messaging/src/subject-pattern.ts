/** Whether a subject pattern with `*` (one token) and `>` (the rest) matches a subject. */
export function covers(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const given = subject.split('.');
  for (const [index, part] of wanted.entries()) {
    if (part === '>') return given.length > index;
    if (given[index] === undefined || (part !== '*' && part !== given[index])) return false;
  }
  return wanted.length === given.length;
}
