import { Misused } from './failures';

/** A path of the API from its parts; names come from people and are escaped. @throws Misused for what is no name */
export function pathOf(...parts: readonly string[]): string {
  const nameless = parts.find((part) => /^\.{0,2}$/.test(part));
  if (nameless !== undefined) throw new Misused(`"${nameless}" is not the name of anything`);
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}
