import type { Freeze, Landscape, Match, Window } from '@patchtide/contracts';
import { toInstant, toMs } from '../instant';
import { chance, type Draw, pick } from './random';

const MINUTE_MS = 60_000;

/** Up to two windows after the given one, some of them at once after the one before. */
export function randomWindows(draw: Draw, first: Window): Window[] {
  if (chance(draw, 60)) return [];
  const windows: Window[] = [];
  let endMs = toMs(first.end);
  for (let left = 1 + draw(1); left > 0; left--) {
    const startMs = endMs + (chance(draw, 30) ? 0 : draw(240) * MINUTE_MS);
    endMs = startMs + (15 + draw(240)) * MINUTE_MS;
    windows.push({ start: toInstant(startMs), end: toInstant(endMs), timezone: first.timezone });
  }
  return windows;
}

/** Freezes that overlap these windows, mostly for a part of the servers. */
export function randomFreezes(draw: Draw, windows: readonly Window[]): Freeze[] {
  if (chance(draw, 50)) return [];
  const fromMs = toMs(windows[0]?.start ?? '');
  const minutes = (toMs(windows.at(-1)?.end ?? '') - fromMs) / MINUTE_MS;
  return Array.from({ length: 1 + draw(2) }, (_, i) => {
    const startMs = fromMs + (draw(minutes + 30) - 30) * MINUTE_MS;
    const end = toInstant(startMs + (1 + draw(90)) * MINUTE_MS);
    const match = pick<Match | null>(draw, [null, { application: 'crm' }, { tier: 'db' }, { tag: 'blue' }]);
    return { name: `freeze ${i}`, start: toInstant(startMs), end, ...(match === null ? {} : { match }) };
  });
}

/** A time in which nothing may start on these servers, as the test itself reads the policy; null: on none. */
export interface FrozenTime {
  readonly startMs: number;
  readonly endMs: number;
  readonly servers: ReadonlySet<string> | null;
}

export function frozenIn(freezes: readonly Freeze[], landscape: Landscape): FrozenTime[] {
  return freezes.map(({ start = '', end = '', match }) => ({
    startMs: toMs(start),
    endMs: toMs(end),
    servers: match === undefined ? null : new Set(serversOf(match, landscape)),
  }));
}

function serversOf({ application, tier, tag }: Match, landscape: Landscape): string[] {
  if (tag !== undefined)
    return landscape.servers.filter(({ tags }) => tags?.includes(tag)).map(({ id }) => id);
  const components = landscape.components.filter((c) => c.application === application || c.tier === tier);
  const ids = new Set(components.map(({ id }) => id));
  const also = landscape.relations.filter(({ type, from }) => type === 'runsOn' && ids.has(from));
  return [...components.map(({ server }) => server), ...also.map(({ to }) => to)];
}
