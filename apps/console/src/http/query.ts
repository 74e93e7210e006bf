import { type Fault, isInstant } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import { ProblemError } from '@patchtide/service-kit';
import { type Folded, PlanMissing } from '../follow/campaign-fold';

/** The campaign of that id. @throws Rejected `unknown-campaign`; ProblemError when its documents are gone */
export async function existing(
  campaigns: { get(id: string): Promise<Folded | undefined> },
  id: string,
): Promise<Folded> {
  const folded = await campaigns.get(id).catch((error: unknown) => {
    throw error instanceof PlanMissing ? unreadable(error) : error;
  });
  if (folded) return folded;
  const next = 'List the campaigns at /v1/campaigns.';
  throw new Rejected('unknown-campaign', `there is no campaign "${id}"`, next);
}

function unreadable(error: PlanMissing): ProblemError {
  return new ProblemError({
    status: 500,
    code: 'unreadable-campaign',
    title: 'The campaign cannot be shown',
    detail: error.message,
    nextStep: 'Verify the store with "patchtide audit verify", and restore its documents from a backup.',
  });
}

const WRITE_INSTANT = 'Write it like 2026-11-29T22:00:00Z.';

/** A query parameter as an instant in UTC. @throws Rejected `invalid-time` */
export function instantParameter(value: unknown, name: string): string {
  if (isInstant(value)) return new Date(value).toISOString();
  throw refusal('invalid-time', name, {
    message: 'is not an instant with a time zone',
    remedy: WRITE_INSTANT,
  });
}

/** A query parameter as a whole number within bounds; the fallback when it is absent. @throws Rejected `invalid-number` */
export function numberParameter(
  value: unknown,
  name: string,
  bounds: { readonly fallback: number; readonly min?: number; readonly max: number },
): number {
  const { fallback, min = 0, max } = bounds;
  if (value === undefined || value === '') return fallback;
  const number = typeof value === 'string' ? Number(value) : NaN;
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  const remedy = `Send a whole number from ${min} to ${max}.`;
  throw refusal('invalid-number', name, { message: 'is not a usable number', remedy });
}

/** Query parameters as texts, each given once. @throws Rejected `invalid-query` naming all that are not usable */
export function textParameters<N extends string>(
  query: Readonly<Record<string, unknown>>,
  known: Readonly<Record<N, readonly string[] | null>>,
): Partial<Record<N, string>> {
  const names = Object.keys(known) as N[];
  const unknown = Object.keys(query).filter((name) => !Object.hasOwn(known, name));
  const faults: Fault[] = [
    ...unknown.map((name) => fault(name, 'is not known here', `Known are ${names.join(', ')}.`)),
    ...names.flatMap((name) => valueFaults(name, query[name], known[name])),
  ];
  if (faults.length === 0) return query as Partial<Record<N, string>>;
  const next = 'Correct the parameters, or leave them out.';
  throw new Rejected('invalid-query', 'the parameters are not usable', next, faults);
}

function valueFaults(name: string, value: unknown, allowed: readonly string[] | null): Fault[] {
  if (value === undefined) return [];
  if (typeof value !== 'string') return [fault(name, 'is given more than once', 'Give it once.')];
  if (allowed === null || allowed.includes(value)) return [];
  return [fault(name, `"${value.slice(0, 80)}" is not one of them`, `Use one of ${allowed.join(', ')}.`)];
}

function refusal(
  code: string,
  name: string,
  { message, remedy }: Pick<Fault, 'message' | 'remedy'>,
): Rejected {
  return new Rejected(code, `${name} ${message}`, remedy, [fault(name, message, remedy)]);
}

function fault(name: string, message: string, remedy: string): Fault {
  return { path: `/${name.slice(0, 80)}`, message, remedy };
}
