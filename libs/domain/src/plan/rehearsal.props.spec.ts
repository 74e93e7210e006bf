import fc from 'fast-check';
import { toMs } from '../instant';
import { randomJobs } from '../testing/jobs';
import { type Draw, shuffled } from '../testing/random';
import type { Bounds } from './demand';
import { LimitedScopes } from './limited-scopes';
import type { Schedulable } from './plan-index';
import { schedule, type ScheduleInput } from './schedule';

interface Slot {
  readonly startMs: number;
  readonly endMs: number;
  readonly priority: number;
}

interface Case {
  readonly input: ScheduleInput;
  readonly slots: ReadonlyMap<string, Slot>;
  readonly draw: Draw;
}

const numRuns = Number(process.env['PATCHTIDE_PROPERTY_RUNS'] ?? 150);
jest.setTimeout(60_000 + numRuns * 200);

/** Holds `violations` against the schedules of random jobs under random limits, waves and freezes. */
function forEverySchedule(violations: (given: Case) => unknown[]): void {
  const property = fc.property(fc.gen(), (g) => {
    const draw: Draw = (max) => g(fc.nat, max);
    const { jobs, bounds } = randomJobs(draw, draw(25));
    const input = { jobs, ...bounds };
    expect(violations({ input, slots: slotsOf(input), draw })).toEqual([]);
  });
  fc.assert(property, { numRuns, interruptAfterTimeLimit: 60_000 });
}

it('starts every job once, for as long as it takes, and after all it waits for', () => {
  forEverySchedule(({ input, slots }) =>
    input.jobs.filter((job) => {
      const { startMs, endMs } = slotOf(slots, job.id);
      const earliest = Math.max(0, ...job.dependsOn.map((id) => slotOf(slots, id).endMs));
      return !(startMs >= earliest) || endMs !== startMs + job.estimateMs;
    }),
  );
});

it('keeps every limit at every moment', () => {
  forEverySchedule(({ input, slots }) => {
    const runs = new Map<string, { limit: number; running: Slot[] }>();
    for (const job of input.jobs) {
      for (const { name, limit } of scopesOf(input, job)) {
        const scope = runs.get(name) ?? { limit, running: [] };
        scope.running.push(slotOf(slots, job.id));
        runs.set(name, scope);
      }
    }
    return [...runs].filter(([, { limit, running }]) =>
      running.some(({ startMs }) => countAt(running, startMs) > limit),
    );
  });
});

it('starts nothing of a later wave before the one before has ended and its soak is over', () => {
  forEverySchedule(({ input, slots }) => {
    const [first, second] = input.waves.map(({ name }) =>
      input.jobs.filter((job) => job.wave === name).map(({ id }) => slotOf(slots, id)),
    );
    if (!first?.length) return [];
    const releaseMs = Math.max(...first.map(({ endMs }) => endMs)) + (input.waves[0]?.soakMs ?? 0);
    return (second ?? []).filter(({ startMs }) => startMs < releaseMs);
  });
});

it('starts nothing in a freeze that is for its server', () => {
  forEverySchedule(({ input, slots }) =>
    input.jobs.filter(({ id, server }) => isFrozen(input, server, slotOf(slots, id).startMs)),
  );
});

it('lets no job wait that could start: nothing is idle without a reason', () => {
  forEverySchedule(({ input, slots }) =>
    input.jobs.filter((job) =>
      momentsBefore(input, slots, job).some((ms) => couldStart(input, slots, job, ms)),
    ),
  );
});

it('makes the same schedule in whatever order the jobs are given', () => {
  forEverySchedule(({ input, slots, draw }) => {
    const other = slotsOf({ ...input, jobs: shuffled(draw, input.jobs) });
    return [...slots].filter(([id, slot]) => JSON.stringify(other.get(id)) !== JSON.stringify(slot));
  });
});

it('gives every job a place of its own in the order, from 0 on', () => {
  forEverySchedule(({ input, slots }) => {
    const places = [...slots.values()].map(({ priority }) => priority).sort((a, b) => a - b);
    return places.length === input.jobs.length ? places.filter((place, i) => place !== i) : ['not all'];
  });
});

it('ends no earlier than the lower bound', () => {
  forEverySchedule(({ input, slots }) => {
    const endMs = Math.max(0, ...[...slots.values()].map((slot) => slot.endMs));
    const { lowerBound } = schedule(input);
    return endMs >= lowerBound.ms ? [] : [endMs, lowerBound];
  });
});

function scopesOf(
  { limits, servers }: ScheduleInput,
  job: Schedulable,
): readonly { name: string; limit: number }[] {
  return new LimitedScopes(limits, servers).of(job);
}

function slotsOf(input: ScheduleInput): ReadonlyMap<string, Slot> {
  const { table, course, rank } = schedule(input);
  const slots = table.jobs.map(({ id }, i): [string, Slot] => {
    const [startMs = NaN, endMs = NaN, priority = NaN] = [course.startMs[i], course.endMs[i], rank[i]];
    return [id, { startMs, endMs, priority }];
  });
  return new Map(slots);
}

function slotOf(slots: ReadonlyMap<string, Slot>, id: string): Slot {
  return slots.get(id) ?? { startMs: NaN, endMs: NaN, priority: NaN };
}

function countAt(running: readonly Slot[], ms: number): number {
  return running.filter(({ startMs, endMs }) => startMs <= ms && ms < endMs).length;
}

function isFrozen({ freezes = [] }: Bounds, server: string, ms: number): boolean {
  return freezes.some(
    ({ start, end, servers }) => toMs(start) <= ms && ms < toMs(end) && servers?.includes(server) !== false,
  );
}

/** Moments before a job's start at which something changed: ends of jobs. */
function momentsBefore(input: ScheduleInput, slots: ReadonlyMap<string, Slot>, job: Schedulable): number[] {
  const { startMs } = slotOf(slots, job.id);
  return [...slots.values()].map(({ endMs }) => endMs).filter((ms) => ms < startMs);
}

/** Whether nothing stood against a start at this moment: no wait, no wave, no freeze, no limit. */
function couldStart(
  input: ScheduleInput,
  slots: ReadonlyMap<string, Slot>,
  job: Schedulable,
  ms: number,
): boolean {
  if (job.dependsOn.some((id) => slotOf(slots, id).endMs > ms) || isFrozen(input, job.server, ms))
    return false;
  const [canary, rest] = input.waves;
  const ofCanary = input.jobs
    .filter(({ wave }) => wave === canary?.name)
    .map(({ id }) => slotOf(slots, id).endMs);
  const releaseMs = ofCanary.length === 0 ? 0 : Math.max(...ofCanary) + (canary?.soakMs ?? 0);
  if (job.wave === rest?.name && ms < releaseMs) return false;
  return scopesOf(input, job).every(({ name, limit }) => {
    const others = input.jobs.filter((other) => scopesOf(input, other).some((scope) => scope.name === name));
    return (
      countAt(
        others.map(({ id }) => slotOf(slots, id)),
        ms,
      ) < limit
    );
  });
}
