/** What a difference is about, in the order in which people read them. */
export const DIFFERENCES = [
  'forecast',
  'inputs',
  'bounds',
  'servers',
  'added',
  'removed',
  'reordered',
  'moved',
  'duration',
  'work',
  'left-out',
  'deviations',
  'notes',
] as const;
export type DifferenceKind = (typeof DIFFERENCES)[number];

/** One difference of two plans, in words; times are ISO 8601 instants in UTC. */
export interface PlanDifference {
  readonly kind: DifferenceKind;
  /** Id and name of the job that it is about; null: the plan as a whole. */
  readonly job: string | null;
  readonly name: string | null;
  readonly words: string;
}

/** A difference of the plan as a whole. */
export function ofPlan(kind: DifferenceKind, words: string): PlanDifference {
  return { kind, job: null, name: null, words };
}

/** Values by name that are in one of two records only, or differ. */
export function recordDifferences<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): { readonly key: string; readonly before: T | undefined; readonly after: T | undefined }[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const valueOf = (record: Readonly<Record<string, T>>, key: string): T | undefined =>
    Object.hasOwn(record, key) ? record[key] : undefined;
  return keys
    .map((key) => ({ key, before: valueOf(before, key), after: valueOf(after, key) }))
    .filter((one) => !isEqual(one.before, one.after));
}

/** Whether two values of a plan are the same; their fields come in the same order. */
export function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
