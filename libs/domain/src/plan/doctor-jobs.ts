import type { Policy, Server } from '@patchtide/contracts';
import { hostMethod, needsOf } from '../doctor/host-needs';
import { doctorWords } from '../doctor/host-word';
import { durationMs } from '../duration';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { type DraftJob, jobId, touchedServers } from './draft-jobs';
import type { DraftPlan } from './draft-plan';
import { groupServers } from './groups';
import type { Selection } from './selection';

const ESTIMATE_MS = 15_000;
const TIMEOUT_MS = 2 * 60_000;

type Waits = DraftPlan['waits'];

/** One CHECK_SERVER for every server on which these jobs do something: it asks the host for all that they need. */
export function doctorJobs(
  index: LandscapeIndex,
  policy: Policy,
  selection: Selection,
  jobs: readonly DraftJob[],
): DraftJob[] {
  return touchedServers(index, selection).flatMap((id) => {
    const server = index.servers.get(id);
    const method = hostMethod(selection.patched.get(id));
    if (!server || method === null) return [];
    const words = doctorWords({ method, ...needsOf(index, jobs, id) });
    return [checkJob(index, policy, server, words)];
  });
}

function checkJob(index: LandscapeIndex, policy: Policy, server: Server, argv: string[]): DraftJob {
  const timeoutMs = durationMs(policy.timeouts?.CHECK, TIMEOUT_MS);
  const applications = (index.onServer.get(server.id) ?? []).map((component) => component.application);
  return {
    id: jobId('CHECK', server.id),
    name: `CHECK_SERVER_${server.name}`,
    action: 'CHECK',
    ci: server.id,
    server: server.id,
    application: null,
    applications: [...new Set(applications)].sort(),
    tier: null,
    kind: null,
    cluster: null,
    owner: server.owner ?? null,
    executor: 'host',
    estimateMs: durationMs(policy.durations?.CHECK, ESTIMATE_MS),
    timeoutMs,
    steps: [{ mode: 'do', timeoutMs, argv }],
    subjects: [],
  };
}

/**
 * The waits with those for the checks among the jobs: everything on a server waits for the server's own check, and the first
 * job of a group that takes an application down waits for the checks of all servers of the group. So an unfit host is
 * known while everything it belongs to still runs. Nothing else waits across servers.
 */
export function waitForChecks(draft: Pick<DraftPlan, 'servers' | 'jobs' | 'waits' | 'selection'>): Waits {
  const groups = groupServers(draft);
  const jobs = new Map(draft.jobs.map((job) => [job.id, job]));
  const checks = new Map(draft.jobs.filter(isDoctorJob).map((job) => [job.server, job.id]));
  const checksOf = new Map(
    [...groups.all()].map(([group, servers]) => [group, servers.flatMap((id) => checks.get(id) ?? [])]),
  );
  const waits = [...draft.jobs].map((job): [string, ReadonlySet<string>] => {
    const earlier = draft.waits.get(job.id) ?? new Set();
    if (isDoctorJob(job)) return [job.id, earlier];
    const before = [...earlier].flatMap((id) => jobs.get(id) ?? []);
    const isFirstHere = before.every(({ server }) => server !== job.server);
    const own = isFirstHere ? (checks.get(job.server) ?? []) : [];
    const ofGroup = beginsOutage(job, before) ? (checksOf.get(groups.of(job.server)) ?? []) : [];
    return [job.id, new Set([...earlier, own, ...ofGroup].flat())];
  });
  return new Map(waits);
}

function isDoctorJob(job: DraftJob): boolean {
  return job.id === jobId('CHECK', job.server);
}

/** A stop that waits for no other stop, or the patch of a server on which nothing has to be stopped. */
function beginsOutage({ action }: DraftJob, before: readonly DraftJob[]): boolean {
  const waitsFor = (...actions: readonly string[]): boolean =>
    before.some((earlier) => actions.includes(earlier.action));
  if (action === 'STOP') return !waitsFor('STOP', 'START');
  return action === 'PATCH' && !waitsFor('STOP', 'PATCH');
}
