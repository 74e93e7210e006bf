import type { Change, Fault, Forecast, Limits, Policy } from '@patchtide/contracts';
import { toMs } from '../instant';
import { buildPlan, type PlanBody, type PlanInput } from '../plan/build-plan';
import { inWords } from './in-words';

/** What to try instead of what policy and change say; what is left out stays as they have it. */
export interface WhatIf {
  /** Set over the policy's limits, scope by scope. */
  readonly limits?: Limits;
  /** Applications to leave out, each with everything that relations tie to it. */
  readonly without?: readonly string[];
  /** ISO 8601 instant: another end of the last window. */
  readonly windowEnd?: string;
}

export interface WhatIfAnswer {
  readonly planned: Forecast;
  readonly tried: Forecast;
  /** What was left out: the applications asked for, and those that relations tie to them. */
  readonly leftOut: { readonly applications: readonly string[]; readonly servers: number };
  /** What differs, in words, the most important first. */
  readonly difference: readonly string[];
}

export type WhatIfResult =
  | { readonly ok: true; readonly answer: WhatIfAnswer }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Plans once as asked for and once otherwise, and tells the difference. Anomalies of list scheduling are real (more slots
 * can take longer), so everything is planned anew. A plan that the policy would reject is forecast all the same.
 */
export function whatIf(input: PlanInput, question: WhatIf): WhatIfResult {
  const asked: PlanInput = { ...input, policy: { ...input.policy, admission: 'ask' } };
  const planned = buildPlan(asked);
  if (!planned.ok) return planned;
  const leave = leftOut(planned.plan, question.without ?? []);
  if (leave.faults.length > 0) return { ok: false, faults: leave.faults };
  const tried = buildPlan({
    ...asked,
    policy: withLimits(asked.policy, question.limits),
    change: changed(asked.change, leave.servers, question.windowEnd),
  });
  if (!tried.ok) return tried;
  return { ok: true, answer: answerOf(planned.plan, tried.plan, leave) };
}

interface LeftOut {
  readonly faults: readonly Fault[];
  readonly applications: readonly string[];
  /** Servers that stay in scope; null where nothing is left out. */
  readonly servers: readonly string[] | null;
  readonly count: number;
}

/** Groups go as a whole: no relation leads out of one, so what stays is ordered as before. */
function leftOut({ jobs, servers }: PlanBody, without: readonly string[]): LeftOut {
  const known = new Set(jobs.flatMap((job) => job.applications));
  const faults = without.flatMap((id, i) => (known.has(id) ? [] : [unknownApplication(id, i)]));
  if (without.length === 0 || faults.length > 0) return { faults, applications: [], servers: null, count: 0 };
  const groups = new Set(
    jobs.filter((job) => job.applications.some((id) => without.includes(id))).map((job) => job.group),
  );
  const gone = jobs.filter((job) => groups.has(job.group));
  const goneServers = new Set(gone.map((job) => job.server));
  const patched = jobs.filter((job) => job.action === 'PATCH' && !groups.has(job.group));
  return {
    faults: patched.length > 0 ? [] : [nothingLeft(without)],
    applications: [...new Set(gone.flatMap((job) => job.applications))].sort(),
    servers: [...new Set(patched.map((job) => job.server))].sort(),
    count: Object.keys(servers).filter((id) => goneServers.has(id)).length,
  };
}

function changed(change: Change, servers: readonly string[] | null, windowEnd: string | undefined): Change {
  const scope = servers === null ? change.scope : { servers: [...servers] };
  if (windowEnd === undefined) return { ...change, scope };
  const later = change.windows ?? [];
  const last = later.at(-1);
  return last
    ? { ...change, scope, windows: [...later.slice(0, -1), { ...last, end: windowEnd }] }
    : { ...change, scope, window: { ...change.window, end: windowEnd } };
}

function withLimits(policy: Policy, limits: Limits | undefined): Policy {
  if (!limits) return policy;
  const merged: Record<string, unknown> = { ...policy.limits };
  for (const [scope, limit] of Object.entries(limits) as [string, unknown][]) {
    const before = merged[scope];
    merged[scope] = isRecord(before) && isRecord(limit) ? { ...before, ...limit } : limit;
  }
  return { ...policy, limits: merged };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function answerOf(planned: PlanBody, tried: PlanBody, leave: LeftOut): WhatIfAnswer {
  return {
    planned: planned.forecast,
    tried: tried.forecast,
    leftOut: { applications: leave.applications, servers: leave.count },
    difference: differenceOf(planned.forecast, tried.forecast, leave),
  };
}

function differenceOf(planned: Forecast, tried: Forecast, leave: LeftOut): string[] {
  const movedMs = toMs(tried.end) - toMs(planned.end);
  const end =
    movedMs === 0
      ? `it ends at the same moment, ${tried.end}`
      : `it ends ${inWords(Math.abs(movedMs))} ${movedMs < 0 ? 'earlier' : 'later'}, at ${tried.end}`;
  const fits =
    planned.fits === tried.fits
      ? `it ${tried.fits ? 'fits' : 'does not fit'}, as before`
      : `it ${tried.fits ? 'fits now' : 'does not fit any more'}`;
  const slack = `${inWords(Math.abs(tried.slackMs))} ${tried.slackMs < 0 ? 'over the window' : 'to spare'}`;
  const percent = (forecast: Forecast) => `${Math.floor(forecast.spread.inWindow * 100)} %`;
  const gone = `it leaves out ${leave.applications.join(', ')} with ${leave.count} servers`;
  return [
    ...(leave.applications.length === 0 ? [] : [gone]),
    end,
    `${fits}, with ${slack}`,
    `it ends inside the windows in ${percent(tried)} of the nights, before in ${percent(planned)}`,
    ...(tried.boundBy === planned.boundBy
      ? []
      : [`what bounds it is ${tried.boundBy}, before ${planned.boundBy}`]),
  ];
}

function unknownApplication(id: string, position: number): Fault {
  return {
    path: `/without/${position}`,
    message: `the plan has no application "${id}"`,
    remedy: 'Name an application of the plan, as its forecast lists them.',
  };
}

function nothingLeft(without: readonly string[]): Fault {
  return {
    path: '/without',
    message: `without ${without.join(', ')} and what relations tie to them, nothing is left to patch`,
    remedy: 'Leave out fewer applications.',
  };
}
