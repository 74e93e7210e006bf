import { Poison, reasonOf } from './errors';

/** What a handler may return; nothing means `ack`. */
export type HandlerResult = void | undefined | 'ack' | { readonly nak: number } | { readonly dead: string };

/** What happens to a message once its handler has ended. */
export type Verdict =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak'; readonly delayMs: number }
  | { readonly kind: 'dead'; readonly reason: string };

export interface Tries {
  readonly deliveries: number;
  readonly maxDeliver: number;
  readonly nakDelayMs: (deliveries: number) => number;
}

/** The verdict on a handler that returned. A nak at the last delivery is the end: nothing circles for ever. */
export function verdictOfResult(result: unknown, tries: Tries): Verdict {
  if (hasField(result, 'dead', 'string')) return { kind: 'dead', reason: result.dead };
  if (!hasField(result, 'nak', 'number')) return { kind: 'ack' };
  if (tries.deliveries >= tries.maxDeliver) return gaveUp(tries, 'the handler asked for another try');
  return { kind: 'nak', delayMs: result.nak };
}

/**
 * The verdict on a handler that threw. Poison and a rule that said no (`Rejected`) would give the same answer
 * every time, so they are dead letters at once; everything else may be better later.
 */
export function verdictOfError(error: unknown, tries: Tries): Verdict {
  if (error instanceof Poison) return { kind: 'dead', reason: error.message };
  if (isRejected(error)) return { kind: 'dead', reason: `refused (${error.code}): ${error.message}` };
  if (tries.deliveries >= tries.maxDeliver) return gaveUp(tries, reasonOf(error));
  return { kind: 'nak', delayMs: tries.nakDelayMs(tries.deliveries) };
}

/** A message that is already over its limit before its handler ran: earlier handlers died with it in their hands. */
export function isExhausted(tries: Pick<Tries, 'deliveries' | 'maxDeliver'>): boolean {
  return tries.deliveries > tries.maxDeliver;
}

function gaveUp(tries: Tries, reason: string): Verdict {
  return { kind: 'dead', reason: `given up after ${tries.deliveries} deliveries: ${reason}` };
}

/** A domain rule's refusal, recognised by its shape because the domain library is not imported here. */
export function isRejected(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && error.name === 'Rejected' && hasField(error, 'code', 'string');
}

interface Kinds {
  string: string;
  number: number;
}
function hasField<F extends string, K extends keyof Kinds>(
  value: unknown,
  field: F,
  kind: K,
): value is Record<F, Kinds[K]> {
  return (
    typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[field] === kind
  );
}
