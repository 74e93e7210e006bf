import type { Moment } from '@patchtide/contracts';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { type DraftJob, jobId } from './draft-job';
import type { OwnDraft } from './own-jobs';
import type { StopOrder } from './stop-order';

export interface Chain {
  readonly component: string;
  readonly waitsFor: string;
  readonly cluster: string;
}

export interface Ordering {
  readonly index: LandscapeIndex;
  readonly jobs: readonly DraftJob[];
  readonly own: readonly OwnDraft[];
  readonly order: StopOrder;
  readonly chains: readonly Chain[];
}

/**
 * What each job waits for. Down: mute, hold, stop in the order of dependents, patch when everything on the server is
 * stopped. Up: verify the server, start in reverse, release, unmute. The policy's own jobs stand in between, but for those
 * before everything, which `waitForChecks` puts first.
 */
export function orderJobs(ordering: Ordering): Map<string, Set<string>> {
  return new JobOrder(ordering).waits;
}

class JobOrder {
  readonly waits: Map<string, Set<string>>;
  /** Stops and starts of a component, one on each of its servers. */
  private readonly stops = new Map<string, string[]>();
  private readonly starts = new Map<string, string[]>();
  private readonly ownAt = new Map<string, string[]>();
  private readonly index: LandscapeIndex;

  constructor(private readonly ordering: Ordering) {
    const { index, jobs, own, chains } = ordering;
    this.index = index;
    this.waits = new Map(jobs.map((job) => [job.id, new Set()]));
    this.list();
    const ids = new Set(own.map(({ job }) => job.id));
    for (const job of jobs) if (!ids.has(job.id)) this.orderStandard(job);
    for (const one of own) this.orderOwn(one);
    for (const { component, waitsFor } of chains) {
      for (const stop of this.stopsOf(component)) this.after(stop, this.startsOf(waitsFor));
    }
  }

  /** Which jobs there are, by what others know of them. */
  private list(): void {
    for (const { id, action, ci } of this.ordering.jobs) {
      if (action === 'STOP') push(this.stops, ci, id);
      if (action === 'START') push(this.starts, ci, id);
    }
    for (const { job, at, component } of inOrder(this.ordering.own)) {
      push(this.ownAt, placeOf(at, job.server), job.id);
      if (component !== null) push(this.ownAt, placeOf(at, component), job.id);
    }
  }

  private orderStandard(job: DraftJob): void {
    const { id, action, ci, server } = job;
    switch (action) {
      case 'HOLD':
        return this.after(id, [jobId('MUTE', server)]);
      case 'STOP':
        return this.orderStop(id, ci);
      case 'PATCH':
        this.after(id, this.everythingDown(server));
        return this.after(id, earlierThan(id, this.patchesOn(server)));
      case 'REBOOT':
        return this.after(id, this.patchesOn(server));
      case 'VERIFY':
        return this.after(id, [jobId('REBOOT', server), ...this.patchesOn(server)]);
      case 'START':
        return this.orderStart(id, ci);
      case 'RELEASE':
        return this.after(id, [jobId('HOLD', ci), ...this.everythingUp(server)]);
      case 'UNMUTE':
        return this.after(id, [
          jobId('MUTE', server),
          ...this.everythingUp(server),
          ...(this.index.batchOn.get(server) ?? []).map((batch) => jobId('RELEASE', batch.id)),
        ]);
      default:
    }
  }

  private orderStop(id: string, component: string): void {
    for (const server of this.index.serversOf.get(component) ?? []) this.after(id, this.silencesOf(server));
    for (const dependent of this.ordering.order.stopsAfter.get(component) ?? []) {
      this.after(id, this.stopsOf(dependent));
    }
    // On its own server first: a member of a cluster is counted there.
    this.after(id, earlierThan(id, this.stopsOf(component)).slice(0, 1));
  }

  private orderStart(id: string, component: string): void {
    this.after(id, this.stopsOf(component));
    for (const server of this.index.serversOf.get(component) ?? []) {
      this.after(id, [jobId('VERIFY', server), ...this.own('verified', server)]);
    }
    for (const dependent of this.ordering.order.stopsAfter.get(component) ?? []) {
      for (const start of this.startsOf(dependent)) this.after(start, [id]);
    }
  }

  /** A job of the policy's own waits for its moment, and for those of the same moment that come before it. */
  private orderOwn({ job: { id, server }, at, component }: OwnDraft): void {
    const ofServer = component === null || isBetween(at);
    this.after(id, earlierThan(id, this.own(at, ofServer ? server : component)));
    switch (at) {
      case 'before':
        return this.after(id, [jobId('CHECK', server)]);
      case 'stopped':
        return this.after(id, this.everythingDown(server));
      case 'patched':
        this.after(id, this.everythingDown(server));
        return this.after(id, earlierThan(id, this.patchesOn(server)));
      case 'verified':
        return this.after(id, [jobId('VERIFY', server)]);
      case 'after':
        return this.after(id, component === null ? this.serving(server) : this.startsOf(component));
    }
  }

  /** All that changes a server, in one sequence: the operating system before its components, own jobs around them. */
  private patchesOn(server: string): string[] {
    const components = (this.index.onServer.get(server) ?? []).map(({ id, server: first }) =>
      first === server ? id : `${id}.${server}`,
    );
    return [
      ...this.own('stopped', server),
      ...[server, ...components.sort()].map((place) => jobId('PATCH', place)),
      ...this.own('patched', server),
    ];
  }

  private everythingDown(server: string): string[] {
    const components = this.index.onServer.get(server) ?? [];
    return [...this.silencesOf(server), ...components.flatMap(({ id }) => this.stopsOf(id))];
  }

  private serving(server: string): string[] {
    const components = this.index.onServer.get(server) ?? [];
    const starts = components.flatMap(({ id }) => this.startsOf(id));
    return [jobId('VERIFY', server), ...this.own('verified', server), ...starts];
  }

  private everythingUp(server: string): string[] {
    const components = this.index.onServer.get(server) ?? [];
    const checks = components.flatMap(({ id }) => this.own('after', id));
    return [...this.serving(server), ...this.own('after', server), ...checks];
  }

  private silencesOf(server: string): string[] {
    const batches = this.index.batchOn.get(server) ?? [];
    return [jobId('MUTE', server), ...batches.map((batch) => jobId('HOLD', batch.id))];
  }

  private stopsOf(component: string): readonly string[] {
    return this.stops.get(component) ?? [];
  }

  private startsOf(component: string): readonly string[] {
    return this.starts.get(component) ?? [];
  }

  private own(at: Moment, place: string): readonly string[] {
    return this.ownAt.get(placeOf(at, place)) ?? [];
  }

  private after(job: string, earlier: readonly string[]): void {
    const waits = this.waits.get(job);
    for (const id of earlier) if (id !== job && this.waits.has(id)) waits?.add(id);
  }
}

/** Whether a moment lies between the stops and the starts: then own jobs on a server run one after the other. */
function isBetween(at: Moment): boolean {
  return at === 'stopped' || at === 'patched' || at === 'verified';
}

function placeOf(at: Moment, ci: string): string {
  return `${at} ${ci}`;
}

/** By the policy's list, then by CI. */
function inOrder(own: readonly OwnDraft[]): OwnDraft[] {
  return [...own].sort((a, b) => a.position - b.position || (a.job.id < b.job.id ? -1 : 1));
}

function earlierThan(id: string, sequence: readonly string[]): readonly string[] {
  return sequence.slice(0, Math.max(0, sequence.indexOf(id)));
}

function push(lists: Map<string, string[]>, key: string, id: string): void {
  const list = lists.get(key);
  if (list) list.push(id);
  else lists.set(key, [id]);
}
