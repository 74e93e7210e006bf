/** Names in a row, the first ones where there are many: `a, b and c`, `a, b and 12 more`. */
export function names(all: readonly string[], shown = 6): string {
  const rest = all.length - shown;
  // One more name is as short as saying that there is one more.
  if (rest > 1) return `${all.slice(0, shown).join(', ')} and ${rest} more`;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
