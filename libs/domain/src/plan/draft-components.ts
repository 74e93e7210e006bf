import type { Component, Fault, Policy, Server } from '@patchtide/contracts';
import { type Procedure, procedureFor } from '../policy/effective';
import { attributeFaults } from '../policy/kinds/attribute-faults';
import { parameterFaults } from '../policy/parameters';
import type { HostPatchSettings } from '../policy/patch-settings';
import { packagesIn } from '../policy/patch-steps';
import { renderSteps } from '../policy/render-steps';
import { componentJob, type DraftFault, type Drafting, type DraftJob } from './draft-job';

/** How each server that is patched is patched, by its id. */
export type Settings = ReadonlyMap<string, HostPatchSettings>;

type Drafted = { readonly jobs: readonly DraftJob[]; readonly faults: readonly DraftFault[] };

/**
 * Stop and start of a component on every server that it runs on, and its patch on those that are patched. On all but its
 * own server the jobs carry the server's id behind the component's.
 */
export function draftComponent(drafting: Drafting, settings: Settings, component: Component): Drafted {
  const { index, policy } = drafting;
  const servers = (index.serversOf.get(component.id) ?? []).flatMap((id) => index.servers.get(id) ?? []);
  const parts = servers.map((server) => ({ server, procedure: procedureFor(policy, component, server) }));
  if (parts.some(({ procedure: { stop, start } }) => stop === undefined || start === undefined))
    return { jobs: [], faults: [noProcedure(component, policy)] };
  const drafts = parts.map(({ server, procedure }) =>
    draftOn({ drafting, component, server, procedure, patch: settings.get(server.id) }),
  );
  const faults = [...attributeFaults(component), ...drafts.flatMap((draft) => draft.faults)];
  return {
    jobs: drafts.flatMap(({ jobs }) => jobs),
    faults: faults.map((fault) => ({ ...fault, component: component.id })),
  };
}

interface Part {
  readonly drafting: Drafting;
  readonly component: Component;
  readonly server: Server;
  readonly procedure: Procedure;
  readonly patch: HostPatchSettings | undefined;
}

const PHASES = {
  STOP: ['stop', 'verifyStopped'],
  START: ['start', 'verifyStarted'],
  PATCH: ['patch'],
} as const;

function draftOn(part: Part): { jobs: DraftJob[]; faults: Fault[] } {
  const { component, server, procedure, patch } = part;
  const isPatched = procedure.patch !== undefined && patch !== undefined;
  const actions = ['STOP', 'START', ...(isPatched ? (['PATCH'] as const) : [])] as const;
  const drafts = actions.map((action) => {
    const rendered = renderSteps(procedure, PHASES[action], { component, server, patch });
    const job = { ...emptyJob(part, action), steps: rendered.steps };
    return { job, faults: [...(action === 'PATCH' ? apartFaults(part, job) : []), ...rendered.faults] };
  });
  const ofParameters = parameterFaults(component, procedure.parameters);
  const known = new Set(ofParameters.map(({ path }) => path));
  const ofSteps = drafts.flatMap(({ faults }) => faults).filter(({ path }) => !known.has(path));
  return { jobs: drafts.map(({ job }) => job), faults: [...ofParameters, ...ofSteps] };
}

/** A component that runs on several servers is counted in its cluster once, on its own server. */
function emptyJob({ drafting, component, server }: Part, action: keyof typeof PHASES): DraftJob {
  const label = component.tier.toUpperCase();
  const seed = { action, label, ci: component, server };
  if (server.id === component.server) return componentJob(drafting, seed);
  const job = componentJob(drafting, { ...seed, place: `${component.id}.${server.id}` });
  return { ...job, name: `${job.name}.${server.name}`, cluster: null };
}

/** PATCH_OS could not leave them to the component's own job. */
function apartFaults({ component: { id }, server, patch }: Part, job: DraftJob): Fault[] {
  if (patch?.method !== 'zypper' || patch.scope !== 'security') return [];
  if (job.steps.flatMap(packagesIn).length === 0) return [];
  return [
    {
      path: '',
      message: `the packages of component "${id}" cannot be updated apart, because zypper takes the security patches of server "${server.id}" as a whole`,
      remedy: 'Set the scope of zypper to all, or remove the packages from the kind.',
    },
  ];
}

function noProcedure(component: Component, policy: Policy): DraftFault {
  return {
    component: component.id,
    path: '',
    message: `policy "${policy.name}" does not say how to stop and start kind "${component.kind}", and component "${component.id}" has no unit`,
    remedy: `Add the kind to /kinds of the policy, or a systemd unit to the component.`,
  };
}
