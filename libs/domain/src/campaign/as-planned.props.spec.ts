import type { DurationHistory, Plan, Policy } from '@patchtide/contracts';
import { kindOfWork } from '../forecast/past-durations';
import { toInstant, toMs } from '../instant';
import { aChange, digestOf, faultsOf, type Inputs, PLANNED_AT, planOf, WINDOW_START } from '../testing/plans';
import { type Draw, seededDraw } from '../testing/random';
import { randomLandscape, randomPolicy } from '../testing/random-estate';
import { finishedReport } from '../testing/reports';
import type { CampaignCommand } from './commands';
import { handle } from './decide';
import { initialCampaign } from './state';

const NIGHTS = Number(process.env['PATCHTIDE_PROPERTY_RUNS'] ?? 40);
const EPOCH = 1;
const WINDOW = { start: WINDOW_START, end: '2027-01-31T00:00:00.000Z', timezone: 'Europe/Berlin' };
jest.setTimeout(60_000 + NIGHTS * 1_000);

/** Plays a campaign in which every job takes as long as expected; the moments at which jobs were dispatched. */
function played(plan: Plan): ReadonlyMap<string, string> {
  const campaign = initialCampaign();
  const plans = new Map([[plan.digest, plan]]);
  const starts = new Map<string, string>();
  const running: { readonly job: string; readonly endMs: number }[] = [];
  const jobs = new Map(plan.jobs.map((job) => [job.id, job]));
  const send = (command: CampaignCommand, at: string): void => {
    for (const event of handle(campaign, command, plans, EPOCH)) {
      if (event.type !== 'JobDispatched') continue;
      const { job } = event.data;
      starts.set(job, at);
      running.push({ job, endMs: toMs(at) + (jobs.get(job)?.estimateMs ?? 0) });
    }
  };
  send(
    {
      type: 'SubmitChange',
      change: aChange({ window: WINDOW }),
      changeDigest: digestOf('d'),
      at: PLANNED_AT,
    },
    PLANNED_AT,
  );
  send({ type: 'AdoptPlan', plan, revision: 1, at: PLANNED_AT }, PLANNED_AT);
  send({ type: 'Approve', planDigest: plan.digest, by: 'k.lindner', reason: '', at: PLANNED_AT }, PLANNED_AT);
  send({ type: 'Advance', epoch: EPOCH, at: WINDOW_START }, WINDOW_START);
  const soaks = plan.waves.map(({ soakMs }) => soakMs);
  for (;;) {
    running.sort((a, b) => a.endMs - b.endMs);
    const next = running.shift();
    if (!next) return starts;
    const at = toInstant(next.endMs);
    send(
      { type: 'RecordReport', report: finishedReport({ job: next.job, attempt: 1, at }, 'succeeded'), at },
      at,
    );
    // A wave is released by the clock, when nothing happens any more.
    for (const soakMs of running.length === 0 ? soaks : []) {
      const later = toInstant(next.endMs + soakMs);
      if (running.length === 0) send({ type: 'Advance', epoch: EPOCH, at: later }, later);
    }
  }
}

/** A duration of its own for every job, so that no two end at the same moment. */
function ownDurations(plan: Plan, draw: Draw): DurationHistory {
  const entries = plan.jobs.map((job, i) => {
    const ms = (1 + draw(600)) * 1000 * plan.jobs.length + i;
    const kind = kindOfWork(job, plan.servers[job.server]?.os);
    return { action: job.action, kind, ci: job.ci, samples: 9, p50Ms: ms, p90Ms: ms, p99Ms: ms };
  });
  return { entries };
}

/** Plans of random estates; nothing in them waits for people or for the business. */
function planFor(seed: number): Plan {
  const draw = seededDraw(seed);
  const landscape = randomLandscape(draw, 12);
  const {
    gates: _,
    freezes: __,
    jobs: ___,
    confidence: ____,
    admission: _____,
    ...drawn
  } = randomPolicy(draw);
  const inputs = (policy: Partial<Policy>): Inputs => ({ landscape, policy, change: { window: WINDOW } });
  const policy =
    faultsOf(inputs(drawn)).length === 0 ? drawn : { ...drawn, clusters: { default: 'full-stop' as const } };
  return planOf({ ...inputs(policy), history: ownDurations(planOf(inputs(policy)), draw) });
}

it('dispatches every job of a campaign at the very moment for which it is planned, when all goes as expected', () => {
  for (let seed = 0; seed < NIGHTS; seed++) {
    const plan = planFor(seed);
    const planned = new Map(plan.jobs.map((job) => [job.id, job.estimatedStart]));
    const starts = played(plan);
    const others = [...planned].filter(([id, at]) => starts.get(id) !== at);
    expect({ seed, others: others.map(([id, at]) => [id, at, starts.get(id)]) }).toEqual({
      seed,
      others: [],
    });
  }
});
