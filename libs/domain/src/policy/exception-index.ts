import type { Component, Exception, Match, Server } from '@patchtide/contracts';
import { familyOf, matches } from './match';

/** The rarer a word is in an estate, the fewer CIs an exception that is kept under it is tried on. */
const RAREST_FIRST = ['component', 'server', 'cluster', 'application', 'tag', 'kind', 'tier', 'os'] as const;

interface Placed {
  readonly exception: Exception;
  readonly position: number;
}

/** Finds the exceptions of a policy for one of many thousand CIs without trying all of them. */
export class ExceptionIndex {
  private readonly byWord = new Map<keyof Match, Map<string, Placed[]>>();

  constructor(exceptions: readonly Exception[]) {
    exceptions.forEach((exception, position) => {
      const word = RAREST_FIRST.find((candidate) => exception.match[candidate] !== undefined);
      if (word === undefined) return;
      const named = this.byWord.get(word) ?? new Map<string, Placed[]>();
      this.byWord.set(word, named);
      const value = exception.match[word] ?? '';
      const placed = named.get(value);
      if (placed) placed.push({ exception, position });
      else named.set(value, [{ exception, position }]);
    });
  }

  /** Exceptions that match a server, or any of these components on it, in the policy's order. */
  on(server: Server, components: readonly Component[]): readonly Exception[] {
    const found = new Set<Placed>();
    for (const [word, named] of this.byWord) {
      for (const value of valuesOf(word, server, components)) {
        for (const placed of named.get(value) ?? []) found.add(placed);
      }
    }
    return [...found]
      .filter(({ exception }) => matches(exception.match, server, components))
      .sort((a, b) => a.position - b.position)
      .map(({ exception }) => exception);
  }
}

function valuesOf(word: keyof Match, server: Server, components: readonly Component[]): string[] {
  switch (word) {
    case 'server':
      return [server.id, server.name];
    case 'tag':
      return [...(server.tags ?? [])];
    case 'os':
      return [server.os, familyOf(server.os)];
    case 'component':
      return components.flatMap(({ id, name }) => [id, name]);
    default:
      return components.flatMap((component) => component[word] ?? []);
  }
}
