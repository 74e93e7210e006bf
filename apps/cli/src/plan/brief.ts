import type { Action, PlanJob } from '@patchtide/contracts';
import { duration } from '../terminal/time';
import { groupBy, mainJobs } from './places';

/** What happens on a server in one line, equal jobs counted: `3 x stop 45 s, patch os 8 min, reboot 4 min`. */
export function inBrief(jobs: readonly PlanJob[]): string {
  const equal = groupBy(mainJobs(jobs), (job) => `${wordOf(job)} ${job.estimateMs}`);
  return [...equal.values()]
    .map((list) => {
      const [first] = list;
      const times = list.length === 1 ? '' : `${list.length} x `;
      return first === undefined ? '' : `${times}${wordOf(first)} ${duration(first.estimateMs)}`;
    })
    .join(', ');
}

const OF_ONE_SORT: ReadonlySet<Action> = new Set(['STOP', 'START', 'REBOOT', 'VERIFY']);

function wordOf({ action, name }: PlanJob): string {
  const verb = action.toLowerCase();
  return OF_ONE_SORT.has(action) ? verb : `${verb} ${name.split('_')[1]?.toLowerCase() ?? ''}`.trim();
}
