import type { Plan } from '@patchtide/contracts';
import { boundDifferences } from './diff-bounds';
import { forecastDifferences } from './diff-forecast';
import { jobDifferences } from './diff-jobs';
import { ofPlan, type PlanDifference, recordDifferences } from './plan-difference';

/** The two plans, and everything in which they differ. */
export interface PlanDiff {
  readonly before: string;
  readonly after: string;
  readonly isSame: boolean;
  readonly differences: readonly PlanDifference[];
}

/**
 * What is different in the second of two plans, in words. The moment at which they were made is none; times of jobs show in
 * the forecast, in durations and in what waits for what.
 */
export function diffPlans(before: Plan, after: Plan): PlanDiff {
  const differences = [
    ...forecastDifferences(before, after),
    ...inputDifferences(before, after),
    ...boundDifferences(before, after),
    ...serverDifferences(before, after),
    ...jobDifferences(before, after),
    ...exclusionDifferences(before, after),
    ...listDifferences(before, after),
  ];
  return { before: before.digest, after: after.digest, isSame: differences.length === 0, differences };
}

function inputDifferences(before: Plan, after: Plan): PlanDifference[] {
  const inputs = [
    ['the change', before.change, after.change],
    ['the policy', before.policy, after.policy],
    ['the content of the policy', before.policyDigest, after.policyDigest],
    ['the landscape', before.landscapeDigest, after.landscapeDigest],
    ['the history of durations', before.historyDigest ?? 'none', after.historyDigest ?? 'none'],
  ] as const;
  return inputs
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => ofPlan('inputs', `${what}: ${other} instead of ${one}`));
}

function serverDifferences(before: Plan, after: Plan): PlanDifference[] {
  return recordDifferences(before.servers, after.servers).flatMap(({ key, before: one, after: other }) => {
    if (!one) return [ofPlan('servers', `${key} (${other?.name ?? ''}) is in the plan now`)];
    if (!other) return [ofPlan('servers', `${key} (${one.name}) is no longer in the plan`)];
    return recordDifferences({ ...one }, { ...other }).map((field) =>
      ofPlan(
        'servers',
        `${key}: ${field.key} is ${written(field.after)} instead of ${written(field.before)}`,
      ),
    );
  });
}

function exclusionDifferences(before: Plan, after: Plan): PlanDifference[] {
  const byCi = (plan: Plan) => Object.fromEntries(plan.exclusions.map(({ ci, reason }) => [ci, reason]));
  return recordDifferences(byCi(before), byCi(after)).map(({ key, before: one, after: other }) => {
    if (one === undefined) return ofPlan('left-out', `${key} is left out now: ${other ?? ''}`);
    if (other === undefined) return ofPlan('left-out', `${key} is no longer left out (${one})`);
    return ofPlan('left-out', `${key} is left out for another reason: ${other}; before: ${one}`);
  });
}

/** Deviations and notes have no ids: what is in one list only. */
function listDifferences(before: Plan, after: Plan): PlanDifference[] {
  const words = ({ deviations }: Plan) =>
    deviations.map((one) => `${one.ci}: ${one.what} (${one.owner}, until ${one.until}: ${one.reason})`);
  return [
    ...onlyIn(words(after), words(before)).map((one) => ofPlan('deviations', `new: ${one}`)),
    ...onlyIn(words(before), words(after)).map((one) => ofPlan('deviations', `gone: ${one}`)),
    ...onlyIn(after.notes, before.notes).map((one) => ofPlan('notes', `new: ${one}`)),
    ...onlyIn(before.notes, after.notes).map((one) => ofPlan('notes', `gone: ${one}`)),
  ];
}

function onlyIn(some: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return [...new Set(some)].filter((one) => !known.has(one));
}

function written(value: unknown): string {
  if (value === null || value === undefined) return 'not given';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
