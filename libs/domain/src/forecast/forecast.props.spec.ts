import type { Landscape, Plan, Policy, Window } from '@patchtide/contracts';
import fc from 'fast-check';
import { rehearseRest } from '../campaign/rest';
import { liveForecast } from '../campaign/live-forecast';
import { beginExecution } from '../campaign/state';
import { toInstant, toMs } from '../instant';
import { faultsOf, type Inputs, planOf, WINDOW_START } from '../testing/plans';
import type { Draw } from '../testing/random';
import { randomLandscape, randomPolicy, randomScope } from '../testing/random-estate';
import { fitsBy } from './admission';
import { wouldFit } from './trial';

interface Case {
  readonly inputs: Inputs & { readonly landscape: Landscape; readonly policy: Policy };
  readonly plan: Plan;
}

/** More plans: PATCHTIDE_PROPERTY_RUNS=2000 npx jest … forecast.props */
const numRuns = Number(process.env['PATCHTIDE_PROPERTY_RUNS'] ?? 30);
jest.setTimeout(60_000 + numRuns * 500);

function dayAfter(window: Window): Window {
  const later = (instant: string) => toInstant(toMs(instant) + 24 * 3_600_000);
  return { ...window, start: later(window.start), end: later(window.end) };
}

/** Holds `violations` against the plans of random estates in windows that are often too short. */
function forEveryPlan(violations: (given: Case) => unknown[]): void {
  const property = fc.property(fc.gen(), (g) => {
    const draw: Draw = (max) => g(fc.nat, max);
    const landscape = randomLandscape(draw, 15);
    const end = toInstant(toMs(WINDOW_START) + (20 + draw(400)) * 60_000);
    const window = { start: WINDOW_START, end, timezone: 'Europe/Berlin' };
    const windows = draw(1) === 0 ? [] : [dayAfter(window)];
    const change = { scope: randomScope(draw, landscape), window, windows };
    const drawn: Policy = {
      ...randomPolicy(draw),
      admission: 'propose',
      ...(draw(1) === 0 ? {} : { confidence: 1 + draw(98) }),
    };
    const isImpossible = faultsOf({ landscape, policy: drawn, change }).length > 0;
    const policy: Policy = isImpossible ? { ...drawn, clusters: { default: 'full-stop' } } : drawn;
    const inputs = { landscape, policy, change };
    expect(violations({ inputs, plan: planOf(inputs) })).toEqual([]);
  });
  fc.assert(property, { numRuns, interruptAfterTimeLimit: 60_000 });
}

it('has its quantiles in order, and a share of nights between none and all', () => {
  forEveryPlan(({ plan }) => {
    const { p50End, p90End, p99End, inWindow, runs } = plan.forecast.spread;
    const isOrdered = toMs(p50End) <= toMs(p90End) && toMs(p90End) <= toMs(p99End);
    return isOrdered && inWindow >= 0 && inWindow <= 1 && runs > 0 ? [] : [plan.forecast.spread];
  });
});

it('gives a verdict that follows from the forecast and the policy, and proposes moves only where it does not fit', () => {
  forEveryPlan(({ inputs, plan: { admission, forecast, windows, jobs } }) => {
    const fits = fitsBy(inputs.policy.confidence ?? null, forecast);
    const inTime = jobs.every((job) => toMs(job.estimatedEnd) <= toMs(windows[job.window]?.end ?? ''));
    return [
      ...(fits === (admission.verdict === 'fits') ? [] : ['verdict']),
      ...(forecast.fits === inTime && forecast.fits === forecast.slackMs >= 0 ? [] : ['fits']),
      ...((admission.moves.length === 0) === fits ? [] : ['moves']),
    ];
  });
});

it('fits once the proposed groups are moved, and moves each group once', () => {
  forEveryPlan(({ inputs, plan }) => {
    const { moves } = plan.admission;
    const { limits, servers, waves, windows, freezes, forecast } = plan;
    const bounds = { limits, servers, waves, windows, freezes, startMs: toMs(forecast.start) };
    const seed = [plan.landscapeDigest, plan.policyDigest, '', plan.change].join();
    const elsewhere = new Map(moves.map(({ group, toWindow }) => [group, toWindow]));
    const trial = { nights: 10, jobs: plan.jobs, bounds, confidence: inputs.policy.confidence ?? null, seed };
    return wouldFit(trial, elsewhere, 'thorough') && elsewhere.size === moves.length ? [] : [moves];
  });
});

it('lists what is to be moved with the least important first', () => {
  forEveryPlan(({ plan }) => {
    const rank = { low: 0, medium: 1, high: 2 } as const;
    const order = plan.admission.moves.map(({ criticality }) => rank[criticality]);
    return order.every((value, i) => i === 0 || (order[i - 1] ?? 0) <= value) ? [] : [order];
  });
});

it('is forecast live as it was planned, before anything has happened', () => {
  forEveryPlan(({ plan }) => {
    const execution = beginExecution(plan, plan.at);
    const live = liveForecast(execution, plan.forecast.start);
    const { course, table } = rehearseRest(execution, plan.forecast.start);
    const moved = table.jobs.filter(({ id }, job) => {
      const planned = plan.jobs.find((other) => other.id === id)?.estimatedStart;
      return toInstant(course.startMs[job] ?? 0) !== planned;
    });
    const isSame =
      live.end === plan.forecast.end && live.slackMs === plan.forecast.slackMs && live.cause === null;
    return isSame && moved.length === 0 ? [] : [live, moved.map(({ id }) => id)];
  });
});
