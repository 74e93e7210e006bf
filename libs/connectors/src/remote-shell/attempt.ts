import type { HostFacts } from './host-facts';
import type { RunnerStep } from './runner-protocol';

/** What is to be executed at most once. The id was chosen before any contact with the host. */
export interface AttemptOrder {
  attemptId: string;
  epoch: number;
  steps: readonly RunnerStep[];
  /** For everything: reaching the host, running, losing the host and finding it again. */
  timeoutMs: number;
}

export interface FollowOptions {
  /** Stops following. What runs on the host runs on. */
  signal: AbortSignal;
  /** Called with each piece of the attempt's output, every byte once, also across lost connections. */
  onOutput?: (chunk: Buffer) => void;
}

/**
 * How an attempt ended, as far as can be known.
 * `interrupted`: it was killed on the way. `rebooted`: the host went down under it. `lost`: it was started, or may
 * have been, and no end was seen; it may run on. Its reason is a clause without a full stop. Only `exited` carries an exit
 * code.
 */
export type AttemptEnd =
  | { kind: 'exited'; code: number; bootId: string; facts: HostFacts }
  | { kind: 'interrupted'; bootId: string }
  | { kind: 'rebooted'; bootBefore: string; bootNow: string; facts: HostFacts }
  | { kind: 'refused'; reason: string }
  | { kind: 'lost'; reason: string };
