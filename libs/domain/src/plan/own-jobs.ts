import type { Component, Moment, OwnJob, Server } from '@patchtide/contracts';
import { durationMs } from '../duration';
import { assumed } from '../forecast/estimate';
import { stepsFor } from '../policy/effective';
import { matches } from '../policy/match';
import { renderList } from '../policy/render-steps';
import type { Settings } from './draft-components';
import { componentJob, type DraftFault, type Drafting, type DraftJob, serverJob } from './draft-job';
import type { Selection } from './selection';

/** A job of the policy's own, and when it runs. */
export interface OwnDraft {
  readonly job: DraftJob;
  readonly at: Moment;
  /** Its place in the policy's list, which is the order in which jobs of one moment run. */
  readonly position: number;
  /** The component that it is for; null: the whole server. */
  readonly component: string | null;
}

interface OwnDrafting extends Drafting {
  readonly selection: Selection;
  readonly settings: Settings;
}

type Drafted = { readonly drafts: readonly OwnDraft[]; readonly faults: readonly DraftFault[] };

/** The policy's own jobs, for every server that is patched or component that is stopped and that they match. */
export function draftOwnJobs(drafting: OwnDrafting): Drafted {
  const parts = (drafting.policy.jobs ?? []).map((own, position) =>
    own.per === 'server' ? perServer(drafting, own, position) : perComponent(drafting, own, position),
  );
  return { drafts: parts.flatMap((p) => p.drafts), faults: parts.flatMap((p) => p.faults) };
}

function perServer(drafting: OwnDrafting, own: OwnJob, position: number): Drafted {
  const { index, settings } = drafting;
  const drafts: OwnDraft[] = [];
  const faults: DraftFault[] = [];
  for (const [id, patch] of settings) {
    const server = index.servers.get(id);
    if (!server || !matches(own.match, server, index.onServer.get(id) ?? [])) continue;
    const { steps, faults: found } = renderList([own.steps ?? []].flat(), { component: null, server, patch });
    const job = serverJob(drafting, seedOf(own, server, server));
    drafts.push({ job: { ...job, ...workOf(own, job), steps }, at: own.at, position, component: null });
    faults.push(...found.map((fault) => ({ ...fault, path: `/jobs/${position}` })));
  }
  return { drafts, faults };
}

/** A component has them on its own server, also when it runs on others too. */
function perComponent(drafting: OwnDrafting, own: OwnJob, position: number): Drafted {
  const { index, policy, selection, settings } = drafting;
  const drafts: OwnDraft[] = [];
  const faults: DraftFault[] = [];
  for (const component of selection.stopped.values()) {
    const server = index.servers.get(component.server);
    if (!server || !matches(own.match, server, [component])) continue;
    const patch = settings.get(server.id);
    // Where nothing is patched there is nothing between the stop and the start.
    if (patch === undefined && own.at !== 'before' && own.at !== 'after') continue;
    const steps = stepsFor(policy, component, server, [own.steps ?? []].flat());
    const rendered = renderList(steps, { component, server, patch });
    const job = componentJob(drafting, seedOf(own, component, server));
    const work = { ...workOf(own, job), steps: rendered.steps };
    drafts.push({ job: { ...job, ...work }, at: own.at, position, component: component.id });
    faults.push(...rendered.faults.map((fault) => ({ ...fault, component: component.id })));
  }
  return { drafts, faults };
}

function seedOf<C extends Component | Server>({ action, name }: OwnJob, ci: C, server: Server) {
  return { action, label: name.toUpperCase(), ci, server, place: `${name}.${ci.id}` };
}

function workOf({ action, instructions, duration, timeout }: OwnJob, job: DraftJob): Partial<DraftJob> {
  return {
    ...(action === 'MANUAL' ? { executor: 'person' } : {}),
    instructions: instructions ?? null,
    ...(duration === undefined ? {} : assumed(durationMs(duration, 0), 'policy')),
    timeoutMs: durationMs(timeout, job.timeoutMs),
  };
}
