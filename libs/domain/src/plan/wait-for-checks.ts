import { grouped } from '../grouped';
import type { DraftJob } from './draft-job';
import type { DraftPlan } from './draft-plan';
import { groupServers } from './groups';

type Waits = DraftPlan['waits'];
type Draft = Pick<DraftPlan, 'servers' | 'jobs' | 'waits' | 'selection'>;

/** More checks than this are gathered by the last of them, or all servers of a big group would wait for each other in pairs. */
const MANY = 10;

/**
 * The waits with those for `checks`, the jobs that come before everything: all else in a group waits for the checks of all its
 * servers, its mutes and holds too. So whatever they find is known while everything still runs, and nothing that was taken
 * away waits for a server to be mended. None of the checks waits for a later one.
 */
export function waitForChecks(draft: Draft, checks: readonly DraftJob[]): Waits {
  if (checks.length === 0) return draft.waits;
  const groups = groupServers(draft);
  const jobs = new Map(draft.jobs.map((job) => [job.id, job]));
  const isCheck = new Set(checks.map(({ id }) => id));
  const inGroup = grouped(checks, ({ server }) => groups.of(server));
  const gathered = gather(inGroup);
  const waits = draft.jobs.map((job): [string, ReadonlySet<string>] => {
    const earlier = draft.waits.get(job.id) ?? new Set();
    if (isCheck.has(job.id)) return [job.id, new Set([...earlier, ...(gathered.get(job.id) ?? [])])];
    const group = groups.of(job.server);
    const before = [...earlier].filter((id) => !isCheck.has(id)).flatMap((id) => jobs.get(id) ?? []);
    // What is not the first in its group waits for them by the first.
    const isFirst = before.every(({ server }) => groups.of(server) !== group);
    const all = isFirst ? (inGroup.get(group) ?? []) : [];
    const last = all.length > MANY ? all.slice(-1) : all;
    return [job.id, new Set([...earlier, ...last.map(({ id }) => id)])];
  });
  return new Map(waits);
}

/** In groups with many checks the last one waits for all others, and stands for them. */
function gather(inGroup: ReadonlyMap<string, readonly DraftJob[]>): Map<string, string[]> {
  const many = [...inGroup.values()].filter((checks) => checks.length > MANY);
  return new Map(many.map((checks) => [checks.at(-1)?.id ?? '', checks.slice(0, -1).map(({ id }) => id)]));
}

/** A stop that waits for no other stop, or the patch of a server on which nothing has to be stopped. */
export function beginsOutage({ action }: DraftJob, before: readonly DraftJob[]): boolean {
  const waitsFor = (...actions: readonly string[]): boolean =>
    before.some((earlier) => actions.includes(earlier.action));
  if (action === 'STOP') return !waitsFor('STOP', 'START');
  return action === 'PATCH' && !waitsFor('STOP', 'PATCH');
}
