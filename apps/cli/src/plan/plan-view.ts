import type { Plan } from '@patchtide/contracts';
import type { Look } from '../output';
import { outline, type OutlineRow } from '../terminal/outline';
import { forecastRows } from './forecast-rows';
import { headRows } from './head';
import { applicationRows, sectionRows } from './sections';
import { treeRows } from './tree';

/** Up to so many jobs are all shown; more are read better with what is alike in one line. */
const SHOWN_JOBS = 150;

/** A plan for people: what it is of, whether it fits, what is not as usual, and the jobs as a tree in the order of time. */
export function planView(plan: Plan, look: Look, { all = false }: { readonly all?: boolean } = {}): string {
  const whole = all || plan.jobs.length <= SHOWN_JOBS;
  const parts: OutlineRow[][] = [
    [...headRows(plan), ...forecastRows(plan, whole)],
    applicationRows(plan, whole),
    sectionRows(plan, whole),
    treeRows(plan, whole),
    [null, ...legend(whole)],
  ];
  return parts
    .filter((rows) => rows.length > 0)
    .map((rows) => outline(rows, look))
    .join('\n');
}

function legend(whole: boolean): OutlineRow[] {
  const path = '* is on the critical path.';
  return [
    {
      depth: 0,
      text: whole
        ? path
        : `${path} Servers with the same jobs share a line, mutes and holds are not shown; --all shows every job.`,
      style: 'dim',
    },
  ];
}
