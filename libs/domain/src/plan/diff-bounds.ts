import type { Plan, PlanFreeze, PlanWave, Window } from '@patchtide/contracts';
import { inWords } from '../forecast/in-words';
import { toInstant, toMs } from '../instant';
import { isEqual, ofPlan, type PlanDifference, recordDifferences } from './plan-difference';

/** Windows, freezes, waves, limits, budgets and reactions that differ. */
export function boundDifferences(before: Plan, after: Plan): PlanDifference[] {
  return [
    ...lists('window', before.windows.map(windowWords), after.windows.map(windowWords)),
    ...lists('freeze', before.freezes.map(freezeWords), after.freezes.map(freezeWords)),
    ...lists('wave', before.waves.map(waveWords), after.waves.map(waveWords)),
    ...numbers('limit', { ...before.limits }, { ...after.limits }),
    ...numbers('budget', { ...before.budgets }, { ...after.budgets }),
    ...(isEqual(before.reactions, after.reactions) ? [] : ['the reactions to failures are others']),
  ].map((words) => ofPlan('bounds', words));
}

function lists(what: string, before: readonly string[], after: readonly string[]): string[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => [before[i], after[i]])
    .map(([one, other], i): string | null => {
      if (one === other) return null;
      if (one === undefined) return `${what} ${i + 1} is new: ${other ?? ''}`;
      if (other === undefined) return `${what} ${i + 1} is gone: ${one}`;
      return `${what} ${i + 1}: ${other} instead of ${one}`;
    })
    .flatMap((words) => words ?? []);
}

function windowWords({ start, end }: Window): string {
  return `${toInstant(toMs(start))} to ${toInstant(toMs(end))}`;
}

function freezeWords({ name, start, end, servers }: PlanFreeze): string {
  const whom = servers === null ? 'everything' : `${servers.length} servers`;
  return `"${name}" for ${whom}, ${toInstant(toMs(start))} to ${toInstant(toMs(end))}`;
}

function waveWords({ name, servers, soakMs, gate }: PlanWave): string {
  const asked = gate === null ? '' : `, gate ${JSON.stringify(gate)}`;
  return `${name} with ${servers} servers and ${inWords(soakMs)} of rest${asked}`;
}

type Numbers = Readonly<Record<string, number | null | Readonly<Record<string, number>>>>;

function numbers(what: string, before: Numbers, after: Numbers): string[] {
  return recordDifferences(flat(before), flat(after)).map(
    ({ key, before: one, after: other }) =>
      `${what} of ${key}: ${other ?? 'none'} instead of ${one ?? 'none'}`,
  );
}

function flat(scopes: Numbers): Record<string, number> {
  const entries = Object.entries(scopes).flatMap(([scope, value]): [string, number][] => {
    if (value === null) return [];
    if (typeof value === 'number') return [[scope === 'campaign' ? 'the campaign' : `each ${scope}`, value]];
    return Object.entries(value).map(([name, number]) => [`${scope} ${name}`, number]);
  });
  return Object.fromEntries(entries);
}
