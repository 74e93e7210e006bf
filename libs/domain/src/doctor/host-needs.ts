import type { Landscape, Policy, Server, WorkStep } from '@patchtide/contracts';
import { indexLandscape, type LandscapeIndex } from '../landscape/landscape-index';
import { normalizeLandscape } from '../landscape/normalize';
import type { DraftJob } from '../plan/draft-job';
import { draftJobs, touchedServers } from '../plan/draft-jobs';
import { selectTargets } from '../plan/selection';
import { type HostMethod, type HostNeeds, isHostMethod } from './host-word';

/** A server to be asked, and what it must have. */
export interface Question extends HostNeeds {
  readonly server: Server;
}

/** Whom to ask what, and who is left out for which reason; both in the order of ids. */
export interface Round {
  readonly questions: readonly Question[];
  readonly leftOut: readonly { readonly server: string; readonly reason: string }[];
}

/**
 * What the night would need of these servers: by the jobs that the policy would make for them, or without a policy by
 * what the landscape says is there. The landscape must have passed its checks.
 */
export function planRound(landscape: Landscape, policy: Policy | null, servers: readonly string[]): Round {
  const index = indexLandscape(normalizeLandscape(landscape));
  const ids = [...new Set(servers)].sort();
  return policy ? byPolicy(index, policy, ids) : byLandscape(index, ids);
}

function byPolicy(index: LandscapeIndex, policy: Policy, ids: readonly string[]): Round {
  const selection = selectTargets(index, policy, ids);
  const { jobs } = draftJobs(index, policy, selection);
  const touched = new Set(touchedServers(index, selection));
  const reasons = new Map(selection.exclusions.map(({ ci, reason }) => [ci, reason]));
  const questions: Question[] = [];
  const leftOut: { server: string; reason: string }[] = [];
  for (const id of ids) {
    const server = index.servers.get(id);
    const method = hostMethod(selection.patched.get(id));
    if (server && method && touched.has(id)) questions.push({ server, method, ...needsOf(index, jobs, id) });
    else leftOut.push({ server: id, reason: reasons.get(id) ?? NOT_ASKED });
  }
  return { questions, leftOut };
}

const NOT_ASKED = 'hosts without sh cannot be asked yet';

function byLandscape(index: LandscapeIndex, ids: readonly string[]): Round {
  const servers = ids.flatMap((id) => index.servers.get(id) ?? []);
  const isWindows = ({ os }: Server): boolean => os.startsWith('windows');
  return {
    questions: servers
      .filter((server) => !isWindows(server))
      .map((server) => {
        const units = (index.onServer.get(server.id) ?? []).flatMap(({ unit }) => unit ?? []);
        return { server, method: 'auto', units: sorted(units), programs: [], lockSeconds: null };
      }),
    leftOut: servers.filter(isWindows).map(({ id }) => ({ server: id, reason: NOT_ASKED })),
  };
}

/** The method as a host knows it, `none` for a server that is not patched; null for one that is no POSIX host. */
export function hostMethod(method: string | undefined): HostMethod | null {
  if (method === undefined) return 'none';
  return isHostMethod(method) ? method : null;
}

/** What the jobs on a server name in their steps: units, programs, and how long they wait for the package manager. */
export function needsOf(
  index: LandscapeIndex,
  jobs: readonly DraftJob[],
  server: string,
): Omit<HostNeeds, 'method'> {
  const here = jobs.filter((job) => job.executor === 'host' && job.server === server);
  const units = here.flatMap(({ ci, steps }) => {
    const unit = index.components.get(ci)?.unit;
    return unit !== undefined && steps.some(({ argv }) => argv.includes(unit)) ? [unit] : [];
  });
  const steps = here.flatMap((job) => job.steps);
  return { units: sorted(units), programs: sorted(steps.flatMap(programOf)), lockSeconds: patience(steps) };
}

function patience(steps: readonly WorkStep[]): number | null {
  const options = steps.filter(({ argv }) => argv[0] === '@patch').flatMap(({ argv }) => argv);
  const [, seconds] = options.map((word) => /^lock-seconds=(\d+)$/.exec(word)).find(Boolean) ?? [];
  return seconds === undefined ? null : Number(seconds);
}

/** systemctl is asked for anyway, and what begins with @ is ours. */
function programOf({ argv: [program = ''] }: WorkStep): string[] {
  return program === 'systemctl' || program.startsWith('@') ? [] : [program];
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}
