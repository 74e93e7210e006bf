import type { Policy } from '@patchtide/contracts';
import type { LandscapeIndex } from '../landscape/landscape-index';
import type { HostPatchSettings } from '../policy/patch-settings';
import { packagesIn, patchMethod } from '../policy/patch-steps';
import { draftComponent } from './draft-components';
import { type DraftFault, type DraftJob, drafting } from './draft-job';
import { draftServer } from './draft-servers';
import { idFaults } from './job-ids';
import { draftOwnJobs, type OwnDraft } from './own-jobs';
import type { Selection } from './selection';

export interface DraftedJobs {
  readonly jobs: readonly DraftJob[];
  /** Those of them that are the policy's own. */
  readonly own: readonly OwnDraft[];
  readonly faults: readonly DraftFault[];
}

/** Every job of the selection, without order. Faults name components that the policy's procedures do not fit. */
export function draftJobs(index: LandscapeIndex, policy: Policy, selection: Selection): DraftedJobs {
  const given = drafting(index, policy);
  const settings = settingsByServer(index, policy, selection);
  const components = [...selection.stopped.values()].map((c) => draftComponent(given, settings, c));
  const own = draftOwnJobs({ ...given, selection, settings });
  const small = [...components.flatMap(({ jobs }) => jobs), ...own.drafts.map(({ job }) => job)];
  const packages = packagesByServer(small);
  const whole = touchedServers(index, selection).flatMap((id) => {
    const server = index.servers.get(id);
    const patch = settings.get(id);
    if (!server) return [];
    return draftServer(given, server, patch ? { settings: patch, elsewhere: packages.get(id) ?? [] } : null);
  });
  const jobs = [...whole, ...small];
  const faults = [...components.flatMap((c) => c.faults), ...own.faults, ...idFaults(jobs, own.drafts)];
  return { jobs: jobs.map(withTimeForSteps), own: own.drafts, faults };
}

/** A job has at least the time that its steps may take together: the agent must not give up before the host does. */
function withTimeForSteps(job: DraftJob): DraftJob {
  const stepsMs = job.steps.reduce((sum, step) => sum + step.timeoutMs, 0);
  return stepsMs <= job.timeoutMs ? job : { ...job, timeoutMs: stepsMs };
}

/** Servers that are patched, or carry a component that is stopped; in the order of ids. */
export function touchedServers(index: LandscapeIndex, selection: Selection): string[] {
  const hosts = [...selection.stopped.keys()].flatMap((id) => index.serversOf.get(id) ?? []);
  return [...new Set([...selection.patched.keys(), ...hosts])].filter((id) => index.servers.has(id)).sort();
}

function settingsByServer(
  index: LandscapeIndex,
  policy: Policy,
  { patched }: Selection,
): Map<string, HostPatchSettings> {
  const settings = [...patched.keys()].flatMap((id): [string, HostPatchSettings][] => {
    const server = index.servers.get(id);
    const found = server && patchMethod(policy, server);
    return found && !('reason' in found) ? [[id, found]] : [];
  });
  return new Map(settings);
}

/** Packages that jobs update by name; PATCH_OS leaves them to those. */
function packagesByServer(jobs: readonly DraftJob[]): Map<string, string[]> {
  const packages = new Map<string, string[]>();
  for (const { server, steps } of jobs) {
    const named = steps.flatMap(packagesIn);
    if (named.length > 0) packages.set(server, [...(packages.get(server) ?? []), ...named]);
  }
  return packages;
}
