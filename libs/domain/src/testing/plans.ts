import type { Change, DurationHistory, Fault, Landscape, Plan, PlanJob, Policy } from '@patchtide/contracts';
import { buildPlan } from '../plan/build-plan';

/** The moment at which plans are made in tests, five days before the window opens. */
export const PLANNED_AT = '2026-11-24T09:00:00.000Z';
export const WINDOW_START = '2026-11-29T21:00:00.000Z';
export const WINDOW_END = '2026-11-30T01:00:00.000Z';

export function digestOf(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}

export function aPolicy(more: Partial<Policy> = {}): Policy {
  return { name: 'standard', tiers: ['web', 'app', 'db'], patch: { debian: 'apt' }, ...more };
}

export function aChange(more: Partial<Change> = {}): Change {
  return {
    id: 'CHG1',
    title: 'November patches',
    scope: {},
    window: { start: WINDOW_START, end: WINDOW_END, timezone: 'Europe/Berlin' },
    policy: 'standard',
    requestedBy: 'm.weber',
    ...more,
  };
}

export interface Inputs {
  readonly landscape: Landscape;
  readonly policy?: Partial<Policy>;
  readonly change?: Partial<Change>;
  readonly at?: string;
  readonly history?: DurationHistory;
  /** How many nights are simulated; few, because most tests do not ask. */
  readonly nights?: number;
}

function resultOf({ landscape, policy, change, at = PLANNED_AT, history, nights = 10 }: Inputs) {
  return buildPlan({
    landscape,
    policy: aPolicy(policy),
    change: aChange(change),
    at,
    landscapeDigest: digestOf('a'),
    policyDigest: digestOf('b'),
    nights,
    ...(history ? { history } : {}),
  });
}

/** The plan of these inputs; a test that asks for one does not expect faults. */
export function planOf(inputs: Inputs): Plan {
  const result = resultOf(inputs);
  if (!result.ok) throw new Error(`no plan: ${result.faults.map((f) => f.message).join('; ')}`);
  return { digest: digestOf('c'), ...result.plan };
}

/** What prevents a plan of these inputs; empty when nothing does. */
export function faultsOf(inputs: Inputs): readonly Fault[] {
  const result = resultOf(inputs);
  return result.ok ? [] : result.faults;
}

export function jobOf(plan: Plan, id: string): PlanJob {
  const job = plan.jobs.find((j) => j.id === id);
  if (!job) throw new Error(`the plan has no job ${id}, only ${plan.jobs.map((j) => j.id).join(', ')}`);
  return job;
}

/** Jobs that wait for each other, with or without a place in time. */
export interface Ordered {
  readonly jobs: readonly Pick<PlanJob, 'id' | 'dependsOn'>[];
}

/** Everything a job waits for, directly or not. */
export function predecessorsOf(plan: Ordered, id: string): ReadonlySet<string> {
  const known = predecessors.get(plan) ?? new Map<string, ReadonlySet<string>>();
  predecessors.set(plan, known);
  const found = known.get(id) ?? walkBack(plan, id);
  known.set(id, found);
  return found;
}

/** Property tests ask for thousands of pairs of one plan. */
const predecessors = new WeakMap<Ordered, Map<string, ReadonlySet<string>>>();

function walkBack(plan: Ordered, id: string): ReadonlySet<string> {
  const jobs = new Map(plan.jobs.map((job) => [job.id, job]));
  const seen = new Set<string>();
  const queue = [id];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const earlier of jobs.get(next)?.dependsOn ?? []) {
      if (seen.has(earlier)) continue;
      seen.add(earlier);
      queue.push(earlier);
    }
  }
  return seen;
}

/** Whether each of these jobs waits, directly or not, for the one before it. */
export function isInOrder(plan: Ordered, ...ids: readonly string[]): boolean {
  return ids.slice(1).every((id, i) => predecessorsOf(plan, id).has(ids[i] ?? ''));
}

/** Whether neither job waits for the other. */
export function areParallel(plan: Ordered, a: string, b: string): boolean {
  return !isInOrder(plan, a, b) && !isInOrder(plan, b, a);
}
