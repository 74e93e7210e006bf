import type { BusinessGate, Policy } from '@patchtide/contracts';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { matches } from '../policy/match';
import type { DraftJob } from './draft-job';
import type { DraftPlan } from './draft-plan';
import { beginsOutage } from './wait-for-checks';

/** What takes something away before an application stops. */
const TAKING: ReadonlySet<string> = new Set(['MUTE', 'HOLD', 'STOP', 'PATCH']);

/**
 * The jobs with the business gates that they wait for: the stops of an application that a gate is for, the patch of a server
 * on which nothing has to be stopped, and everything that is muted, held or stopped on the way to them. Nothing goes down,
 * and no batch job is held that may be what the business waits for, before it is known that the rest may follow.
 */
export function withGates(
  index: LandscapeIndex,
  policy: Policy,
  { jobs, waits }: Pick<DraftPlan, 'jobs' | 'waits'>,
): readonly DraftJob[] {
  const { gates = [] } = policy;
  if (gates.length === 0) return jobs;
  const known = new Map(jobs.map((job) => [job.id, job]));
  const gated = gates.map((gate) => {
    const first = gatedJobs(index, gate, { jobs, waits }).map(({ id }) => id);
    return { name: gate.name, jobs: withWayThere(first, known, waits) };
  });
  return jobs.map((job) => {
    const names = gated.filter((gate) => gate.jobs.has(job.id)).map(({ name }) => name);
    return { ...job, gates: [...new Set(names)].sort() };
  });
}

/** These jobs and whatever takes something away before them. */
function withWayThere(
  first: readonly string[],
  known: ReadonlyMap<string, DraftJob>,
  waits: DraftPlan['waits'],
): ReadonlySet<string> {
  const seen = new Set(first);
  const queue = [...first];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const earlier of waits.get(next) ?? []) {
      if (seen.has(earlier) || !TAKING.has(known.get(earlier)?.action ?? '')) continue;
      seen.add(earlier);
      queue.push(earlier);
    }
  }
  return seen;
}

/** With a component that matches, the whole application waits. */
function gatedJobs(
  index: LandscapeIndex,
  { match }: BusinessGate,
  { jobs, waits }: Pick<DraftPlan, 'jobs' | 'waits'>,
): DraftJob[] {
  const known = new Map(jobs.map((job) => [job.id, job]));
  const applications = new Set(
    [...index.components.values()]
      .filter((component) => {
        const server = index.servers.get(component.server);
        return server !== undefined && matches(match, server, [component]);
      })
      .map(({ application }) => application),
  );
  return jobs.filter((job) => {
    const before = [...(waits.get(job.id) ?? [])].flatMap((id) => known.get(id) ?? []);
    if (job.action === 'STOP') return applications.has(job.application ?? '');
    if (job.action !== 'PATCH' || !beginsOutage(job, before)) return false;
    const server = index.servers.get(job.server);
    return server !== undefined && matches(match, server, index.onServer.get(job.server) ?? []);
  });
}
