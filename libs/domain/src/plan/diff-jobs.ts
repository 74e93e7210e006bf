import type { Plan, PlanJob, WorkStep } from '@patchtide/contracts';
import { inWords } from '../forecast/in-words';
import { isEqual, type PlanDifference } from './plan-difference';

/** Jobs that were added or removed, that wait for others, take longer, or do something else. */
export function jobDifferences(before: Plan, after: Plan): PlanDifference[] {
  const [old, young] = [new Network(before), new Network(after)];
  const both = [...young.jobs.values()].flatMap((job) => {
    const was = old.jobs.get(job.id);
    return was ? [{ was, job }] : [];
  });
  return [
    ...[...young.jobs.values()]
      .filter(({ id }) => !old.jobs.has(id))
      .map((job) => around('added', job, young)),
    ...[...old.jobs.values()]
      .filter(({ id }) => !young.jobs.has(id))
      .map((job) => around('removed', job, old)),
    ...both.flatMap(({ job }) => reordered(job.id, old, young)),
    ...both.flatMap(({ was, job }) => moved(was, job, before, after)),
    ...both.flatMap(({ was, job }) => duration(was, job)),
    ...both.flatMap(({ was, job }) => work(was, job)),
  ];
}

/** The jobs of a plan with what they wait for, directly or not. */
class Network {
  readonly jobs: ReadonlyMap<string, PlanJob>;
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(plan: Plan) {
    this.jobs = new Map(plan.jobs.map((job) => [job.id, job]));
  }

  nameOf(id: string): string {
    return this.jobs.get(id)?.name ?? id;
  }

  isAfter(id: string, earlier: string): boolean {
    const known = this.known.get(id) ?? this.allBefore(id);
    this.known.set(id, known);
    return known.has(earlier);
  }

  private allBefore(id: string): ReadonlySet<string> {
    const seen = new Set<string>();
    const queue = [id];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const earlier of this.jobs.get(next)?.dependsOn ?? []) {
        if (seen.has(earlier)) continue;
        seen.add(earlier);
        queue.push(earlier);
      }
    }
    return seen;
  }
}

function ofJob(kind: PlanDifference['kind'], { id, name }: PlanJob, words: string): PlanDifference {
  return { kind, job: id, name, words };
}

/** A job that is in one plan only, with its place in the order there. */
function around(kind: 'added' | 'removed', job: PlanJob, network: Network): PlanDifference {
  const earlier = job.dependsOn.map((id) => network.nameOf(id));
  const wait = earlier.length === 0 ? 'waits for nothing' : `waits for ${some(earlier)}`;
  return ofJob(kind, job, kind === 'added' ? wait : wait.replace('waits', 'waited'));
}

/** Order that is really different: what another job stands between now, was and is in order. */
function reordered(id: string, old: Network, young: Network): PlanDifference[] {
  const [was, job] = [old.jobs.get(id), young.jobs.get(id)];
  if (!was || !job || isEqual(was.dependsOn, job.dependsOn)) return [];
  const isNews = (earlier: string, here: Network, there: Network): boolean =>
    here.jobs.has(earlier) && !here.isAfter(id, earlier) && there.jobs.has(earlier);
  const added = job.dependsOn.filter((earlier) => isNews(earlier, old, young));
  const gone = was.dependsOn.filter((earlier) => isNews(earlier, young, old));
  return [
    ...(added.length === 0 ? [] : [`waits now for ${some(added.map((one) => young.nameOf(one)))}`]),
    ...(gone.length === 0 ? [] : [`no longer waits for ${some(gone.map((one) => old.nameOf(one)))}`]),
  ].map((words) => ofJob('reordered', job, words));
}

function moved(was: PlanJob, job: PlanJob, before: Plan, after: Plan): PlanDifference[] {
  const windowOf = ({ windows }: Plan, { window }: PlanJob): string =>
    windows.length === 1 ? '' : `window ${window + 1}, `;
  const [from, to] = [`${windowOf(before, was)}wave ${was.wave}`, `${windowOf(after, job)}wave ${job.wave}`];
  const isMoved = was.wave !== job.wave || was.window !== job.window;
  return isMoved ? [ofJob('moved', job, `is in ${to} instead of ${from}`)] : [];
}

function duration(was: PlanJob, job: PlanJob): PlanDifference[] {
  if (was.estimateMs === job.estimateMs) return [];
  return [ofJob('duration', job, `takes ${inWords(job.estimateMs)} instead of ${inWords(was.estimateMs)}`)];
}

function work(was: PlanJob, job: PlanJob): PlanDifference[] {
  const words = [
    was.executor === job.executor ? [] : `is done by ${job.executor} instead of ${was.executor}`,
    was.server === job.server ? [] : `runs on ${job.server} instead of ${was.server}`,
    was.timeoutMs === job.timeoutMs
      ? []
      : `fails after ${inWords(job.timeoutMs)} instead of ${inWords(was.timeoutMs)}`,
    isEqual(was.gates, job.gates)
      ? []
      : `needs ${listed(job.gates)} from the business instead of ${listed(was.gates)}`,
    was.instructions === job.instructions ? [] : `has other instructions: ${job.instructions ?? 'none'}`,
    isEqual(was.subjects, job.subjects) ? [] : 'mutes or holds something else',
    stepWords(was.steps, job.steps),
  ].flat();
  return words.map((one) => ofJob('work', job, one));
}

function stepWords(was: readonly WorkStep[], now: readonly WorkStep[]): string[] {
  const count = Math.max(was.length, now.length);
  return Array.from({ length: count }, (_, i) => [was[i], now[i]] as const).flatMap(([one, other], i) => {
    if (isEqual(one, other)) return [];
    if (!one) return [`step ${i + 1} is new: ${written(other)}`];
    if (!other) return [`step ${i + 1} is gone: ${written(one)}`];
    return [`step ${i + 1} is ${written(other)} instead of ${written(one)}`];
  });
}

function written(step: WorkStep | undefined): string {
  if (!step) return '';
  return `"${step.argv.join(' ')}" (${step.mode}, ${inWords(step.timeoutMs)})`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(' and ');
}

const SHOWN = 4;

function some(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return more > 1 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
