import type { Policy, Server } from '@patchtide/contracts';
import { hostMethod, needsOf } from '../doctor/host-needs';
import { doctorWords } from '../doctor/host-word';
import { durationMs } from '../duration';
import { grouped } from '../grouped';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { type Drafting, drafting, type DraftJob, serverJob } from './draft-job';
import { touchedServers } from './draft-jobs';
import type { Selection } from './selection';

const TIMEOUT_MS = 2 * 60_000;

/** One CHECK_SERVER for every server on which these jobs do something: it asks the host for all that they need. */
export function doctorJobs(
  index: LandscapeIndex,
  policy: Policy,
  selection: Selection,
  jobs: readonly DraftJob[],
): DraftJob[] {
  const given = drafting(index, policy);
  const jobsOn = grouped(jobs, (job) => job.server);
  return touchedServers(index, selection).flatMap((id) => {
    const server = index.servers.get(id);
    const method = hostMethod(selection.patched.get(id));
    if (!server || method === null) return [];
    const words = doctorWords({ method, ...needsOf(index, jobsOn.get(id) ?? [], id) });
    return [checkJob(given, server, words)];
  });
}

function checkJob(given: Drafting, server: Server, argv: string[]): DraftJob {
  const timeoutMs = durationMs(given.policy.timeouts?.CHECK, TIMEOUT_MS);
  const job = serverJob(given, { action: 'CHECK', label: 'SERVER', ci: server, server });
  return { ...job, timeoutMs, steps: [{ mode: 'do', timeoutMs, argv }] };
}
