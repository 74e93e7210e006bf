import type { Component, Match, Server } from '@patchtide/contracts';

/** The operating system family of a server: the part of `os` before the first dash. */
export function familyOf(os: string): string {
  return os.split('-')[0] ?? os;
}

/**
 * Whether everything that a match asks for is so on a server, and what it asks of components at one and the same of these.
 * What is left out everything fulfils.
 */
export function matches(match: Match | undefined, server: Server, components: readonly Component[]): boolean {
  if (match === undefined) return true;
  if (!matchesServer(match, server)) return false;
  return !asksForComponent(match) || components.some((component) => matchesComponent(match, component));
}

function matchesServer({ server: wanted, tag, os }: Match, server: Server): boolean {
  return (
    isOneOf(wanted, server.id, server.name) &&
    isOneOf(tag, ...(server.tags ?? [])) &&
    isOneOf(os, server.os, familyOf(server.os))
  );
}

function asksForComponent({ component, application, cluster, kind, tier }: Match): boolean {
  return [component, application, cluster, kind, tier].some((wanted) => wanted !== undefined);
}

function matchesComponent(match: Match, component: Component): boolean {
  return (
    isOneOf(match.component, component.id, component.name) &&
    isOneOf(match.application, component.application) &&
    isOneOf(match.cluster, component.cluster) &&
    isOneOf(match.kind, component.kind) &&
    isOneOf(match.tier, component.tier)
  );
}

function isOneOf(wanted: string | undefined, ...values: readonly (string | undefined)[]): boolean {
  return wanted === undefined || values.includes(wanted);
}

/** A match in words: `kind postgresql, os debian-12`. */
export function matchInWords(match: Match): string {
  return Object.entries(match)
    .map(([what, value]) => `${what} ${value}`)
    .join(', ');
}
