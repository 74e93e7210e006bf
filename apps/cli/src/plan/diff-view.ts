import { DIFFERENCES, type DifferenceKind, type PlanDiff, type PlanDifference } from '@patchtide/domain';
import type { Look } from '../output';
import { counted } from '../terminal/counted';
import { localTimes } from '../terminal/local-times';
import { names } from '../terminal/names';
import { outline, type OutlineRow } from '../terminal/outline';
import { groupBy } from './places';

const TITLES: Readonly<Record<DifferenceKind, string>> = {
  forecast: 'Forecast',
  inputs: 'Made of',
  bounds: 'Windows, waves and limits',
  servers: 'Servers',
  added: 'Jobs added',
  removed: 'Jobs removed',
  reordered: 'Order',
  moved: 'Waves and windows of jobs',
  duration: 'Durations',
  work: 'What jobs do',
  'left-out': 'Left out',
  deviations: 'Deviations from the standard',
  notes: 'To know',
};

const SHOWN = 15;

/** What is different, for people; equal words once, with the jobs that they are about. */
export function diffView(diff: PlanDiff, timezone: string, look: Look, all: boolean): string {
  if (diff.isSame) return 'No difference.';
  const rows = DIFFERENCES.flatMap((kind) => {
    const found = diff.differences.filter((one) => one.kind === kind);
    return found.length === 0 ? [] : section(kind, found, timezone, all);
  });
  const head: OutlineRow[] = [
    { depth: 0, text: `- ${diff.before}`, style: 'red' },
    { depth: 0, text: `+ ${diff.after}`, style: 'green' },
  ];
  return outline([...head, ...rows], look);
}

function section(
  kind: DifferenceKind,
  found: readonly PlanDifference[],
  timezone: string,
  all: boolean,
): OutlineRow[] {
  const equal = [...groupBy(found, ({ words }) => words)];
  const shown = all ? equal : equal.slice(0, SHOWN);
  const more = equal.slice(shown.length).flatMap(([, list]) => list).length;
  const jobs = found.filter(({ job }) => job !== null).length;
  const count = jobs === 0 ? '' : ` (${counted(new Set(found.map(({ job }) => job)).size, 'job')})`;
  return [
    null,
    { depth: 0, text: `${TITLES[kind]}${count}`, style: 'bold' },
    ...shown.map(([words, list]): OutlineRow => {
      const of = list.flatMap(({ name }) => name ?? []);
      const said = localTimes(words, timezone);
      return { depth: 1, text: of.length === 0 ? said : `${names(of, all ? Infinity : 6)}: ${said}` };
    }),
    ...(more === 0
      ? []
      : [{ depth: 1, text: `… and ${more} more; --all shows them`, style: 'dim' as const }]),
  ];
}
