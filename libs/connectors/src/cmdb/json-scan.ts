/** Steps over text that is known to be valid JSON. All take and give offsets. */
export function skipSpace(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at += 1;
  return at;
}

/** Behind the closing quote of the string that begins at `offset`. */
export function endOfString(text: string, offset: number): number {
  let at = offset + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Behind the value that begins at `offset`. */
export function endOfValue(text: string, offset: number): number {
  const sign = text[offset];
  if (sign === '"') return endOfString(text, offset);
  return sign === '{' || sign === '[' ? endOfContainer(text, offset) : endOfLiteral(text, offset);
}

function endOfContainer(text: string, offset: number): number {
  let depth = 0;
  let at = offset;
  do {
    const sign = text[at];
    if (sign === '{' || sign === '[') depth += 1;
    if (sign === '}' || sign === ']') depth -= 1;
    at = sign === '"' ? endOfString(text, at) : at + 1;
  } while (depth > 0 && at < text.length);
  return at;
}

function endOfLiteral(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !/[\s,\]}]/.test(text[at] ?? '')) at += 1;
  return at;
}
