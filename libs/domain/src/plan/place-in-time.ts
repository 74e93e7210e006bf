import type { Admission, Forecast, Landscape, PlanJob, Policy, Window } from '@patchtide/contracts';
import { durationMs } from '../duration';
import { admit } from '../forecast/admission';
import { whereToMove } from '../forecast/moves';
import { withPastDurations } from '../forecast/past-durations';
import { MAX_NIGHTS } from '../forecast/spread';
import { groupsAtStake, type TrialInput, triesFor, wouldFit } from '../forecast/trial';
import { toInstant, toMs } from '../instant';
import { resolveBudgets, resolveReactions } from '../policy/resolve-limits';
import { assignWaves } from './assign-waves';
import { assignWindows } from './assign-windows';
import type { PlanBody, PlanInput } from './build-plan';
import type { DraftPlan } from './draft-plan';
import { forecast } from './forecast';
import { groupServers } from './groups';
import type { PlanWindows } from './plan-windows';
import { schedule, type Schedule } from './schedule';

/** A job on its way to its place: made once and then filled in, because a plan may have a hundred thousand. */
type Placing = { -readonly [K in keyof PlanJob]: PlanJob[K] };

/** Gives every job of a draft its wave, its window and its times, and tells whether all of it fits. */
export function placeInTime(input: PlanInput, draft: DraftPlan, open: PlanWindows): PlanBody {
  const { policy, change, at } = input;
  const { windows, freezes } = open;
  const window = wholeSpan(windows, change.window);
  const { servers, limits, selection } = draft;
  const known = { ...draft, jobs: withPastDurations(draft.jobs, servers, input.history) };
  const { jobs: inWaves, waves, notes } = placeInWaves(known, policy);
  const startMs = Math.max(toMs(at), toMs(window.start));
  const bounds = { limits, servers, waves, startMs, windows, freezes };
  const importance = importanceOf(inWaves, input.landscape);
  const windowOf = assignWindows({ ...bounds, jobs: inWaves, openTo: open.openTo, importance });
  for (const job of inWaves) job.window = windowOf.get(job.group) ?? 0;
  const scheduled = schedule({ ...bounds, jobs: inWaves });
  setTimes(inWaves, scheduled);
  const placed: readonly PlanJob[] = inWaves;
  const seed = [input.landscapeDigest, input.policyDigest, input.historyDigest ?? '', change.id].join();
  const luck = { seed, nights: input.nights ?? MAX_NIGHTS };
  const expected = forecast({ jobs: placed, schedule: scheduled, windows, startMs, ...luck });
  const trial = { jobs: placed, bounds, openTo: open.openTo, confidence: policy.confidence ?? null, ...luck };
  return {
    change: change.id,
    landscapeDigest: input.landscapeDigest,
    policy: policy.name,
    policyDigest: input.policyDigest,
    at,
    historyDigest: input.historyDigest ?? null,
    window,
    windows: bounds.windows,
    freezes: bounds.freezes,
    servers,
    waves,
    limits,
    budgets: resolveBudgets(policy, selection.patched.size),
    reactions: resolveReactions(policy),
    jobs: placed,
    exclusions: selection.exclusions,
    notes: [...draft.notes, ...notes, ...open.notes],
    deviations: draft.deviations,
    admission: admission(input, trial, expected),
    forecast: expected,
  };
}

/** From the first start to the last end. */
function wholeSpan(windows: readonly Window[], asked: Window): Window {
  const first = windows[0] ?? asked;
  const last = windows.reduce(
    (latest, other) => (toMs(other.end) > toMs(latest.end) ? other : latest),
    first,
  );
  return { start: first.start, end: last.end, timezone: first.timezone };
}

const IMPORTANCE = { low: 0, medium: 1, high: 2 } as const;

/** Of each group, that of its most critical application. */
function importanceOf(
  jobs: readonly Pick<PlanJob, 'group' | 'applications'>[],
  { applications }: Landscape,
): ReadonlyMap<string, number> {
  const worth = new Map(applications.map(({ id, criticality = 'medium' }) => [id, IMPORTANCE[criticality]]));
  const importance = new Map<string, number>();
  for (const job of jobs) {
    for (const id of job.applications)
      importance.set(job.group, Math.max(importance.get(job.group) ?? 0, worth.get(id) ?? 0));
  }
  return importance;
}

/** Jobs are in the order of their ids, and so is what was scheduled. */
function setTimes(jobs: readonly Placing[], { rank, course }: Schedule): void {
  jobs.forEach((job, position) => {
    job.priority = rank[position] ?? 0;
    job.estimatedStart = toInstant(course.startMs[position] ?? 0);
    job.estimatedEnd = toInstant(course.endMs[position] ?? 0);
  });
}

function admission(
  { policy, change, landscape }: PlanInput,
  trial: TrialInput,
  expected: Forecast,
): Admission {
  const { windows } = trial.bounds;
  const moves = () => {
    const stakes = {
      groups: groupsAtStake(trial, landscape.applications),
      windows: windows.length,
      maxTries: triesFor(trial.jobs.length, trial.confidence),
    };
    const looking = (look: 'quick' | 'thorough') =>
      whereToMove({ ...stakes, wouldFit: (elsewhere) => wouldFit(trial, elsewhere, look) });
    const found = looking('quick');
    const elsewhere = new Map(found.map(({ group, toWindow }) => [group, toWindow]));
    return wouldFit(trial, elsewhere, 'thorough') ? found : looking('thorough');
  };
  return admit({
    rule: policy.admission ?? 'ask',
    confidence: policy.confidence ?? null,
    forecast: expected,
    windowEnd: windows.at(-1)?.end ?? change.window.end,
    moves,
  });
}

function placeInWaves(draft: DraftPlan, policy: Policy) {
  const groups = groupServers(draft);
  const named = policy.waves ?? [{ name: 'all' }];
  const { waveOf, notes } = assignWaves(draft, groups, named);
  const jobs = draft.jobs
    .map((job): Placing => {
      const group = groups.of(job.server);
      const dependsOn = [...(draft.waits.get(job.id) ?? [])].sort();
      const wave = waveOf.get(group) ?? 'all';
      // What is new stands first: behind the spread of so large an object every field costs a microsecond.
      return { dependsOn, group, wave, window: 0, priority: 0, estimatedStart: '', estimatedEnd: '', ...job };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const waves = named.map((wave) => ({
    name: wave.name,
    soakMs: durationMs(wave.soak, 0),
    gate: wave.gate ?? null,
    servers: Object.keys(draft.servers).filter((id) => waveOf.get(groups.of(id)) === wave.name).length,
  }));
  return { jobs, waves, notes };
}
