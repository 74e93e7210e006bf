import type { LandscapeIndex } from '../landscape/landscape-index';
import { type DraftJob, jobId } from './draft-jobs';
import type { StopOrder } from './stop-order';

export interface Chain {
  readonly component: string;
  readonly waitsFor: string;
  readonly cluster: string;
}

/**
 * What each job waits for. Down: mute, hold, stop in the order of dependents, patch when everything on the server is
 * stopped. Up: verify the server, start in reverse, release, unmute.
 */
export function orderJobs(
  index: LandscapeIndex,
  jobs: readonly DraftJob[],
  order: StopOrder,
  chains: readonly Chain[],
): Map<string, Set<string>> {
  const known = new Set(jobs.map((job) => job.id));
  const waits = new Map<string, Set<string>>(jobs.map((job) => [job.id, new Set()]));
  const after = (job: string, earlier: string): void => {
    if (known.has(job) && known.has(earlier) && job !== earlier) waits.get(job)?.add(earlier);
  };
  for (const job of jobs) orderJob(index, job, order, after);
  for (const chain of chains) after(jobId('STOP', chain.component), jobId('START', chain.waitsFor));
  return waits;
}

type After = (job: string, earlier: string) => void;

function orderJob(index: LandscapeIndex, job: DraftJob, order: StopOrder, after: After): void {
  switch (job.action) {
    case 'HOLD':
      return after(job.id, jobId('MUTE', job.server));
    case 'STOP':
      return orderStop(index, job, order, after);
    case 'PATCH':
      return orderPatch(index, job, after);
    case 'REBOOT':
      return patchesOn(index, job.server).forEach((patch) => after(job.id, patch));
    case 'VERIFY':
      return [jobId('REBOOT', job.server), ...patchesOn(index, job.server)].forEach((id) =>
        after(job.id, id),
      );
    case 'START':
      return orderStart(index, job, order, after);
    case 'RELEASE':
      return orderRelease(index, job, after);
    case 'UNMUTE':
      return orderUnmute(index, job, after);
    default:
  }
}

function orderStop(index: LandscapeIndex, job: DraftJob, order: StopOrder, after: After): void {
  for (const server of index.serversOf.get(job.ci) ?? []) {
    after(job.id, jobId('MUTE', server));
    for (const batch of index.batchOn.get(server) ?? []) after(job.id, jobId('HOLD', batch.id));
  }
  for (const dependent of order.stopsAfter.get(job.ci) ?? []) after(job.id, jobId('STOP', dependent));
}

function orderStart(index: LandscapeIndex, job: DraftJob, order: StopOrder, after: After): void {
  after(job.id, jobId('STOP', job.ci));
  for (const server of index.serversOf.get(job.ci) ?? []) after(job.id, jobId('VERIFY', server));
  for (const dependent of order.stopsAfter.get(job.ci) ?? []) after(jobId('START', dependent), job.id);
}

/** All packages of a server change in one sequence: the operating system first, then its components one by one. */
function orderPatch(index: LandscapeIndex, job: DraftJob, after: After): void {
  after(job.id, jobId('MUTE', job.server));
  for (const batch of index.batchOn.get(job.server) ?? []) after(job.id, jobId('HOLD', batch.id));
  for (const component of index.onServer.get(job.server) ?? []) after(job.id, jobId('STOP', component.id));
  const sequence = patchesOn(index, job.server);
  for (const earlier of sequence.slice(0, sequence.indexOf(job.id))) after(job.id, earlier);
}

function patchesOn(index: LandscapeIndex, server: string): string[] {
  const components = (index.onServer.get(server) ?? []).filter((c) => c.server === server).map((c) => c.id);
  return [server, ...components.sort()].map((ci) => jobId('PATCH', ci));
}

function orderRelease(index: LandscapeIndex, job: DraftJob, after: After): void {
  after(job.id, jobId('HOLD', job.ci));
  orderEnd(index, job, after);
}

function orderUnmute(index: LandscapeIndex, job: DraftJob, after: After): void {
  after(job.id, jobId('MUTE', job.server));
  orderEnd(index, job, after);
  for (const batch of index.batchOn.get(job.server) ?? []) after(job.id, jobId('RELEASE', batch.id));
}

function orderEnd(index: LandscapeIndex, job: DraftJob, after: After): void {
  after(job.id, jobId('VERIFY', job.server));
  for (const component of index.onServer.get(job.server) ?? []) after(job.id, jobId('START', component.id));
}
