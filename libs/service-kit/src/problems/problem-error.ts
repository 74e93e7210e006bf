import type { Problem, ProblemFault } from '@patchtide/messaging';

export interface ProblemShape {
  /** 400 to 599. */
  readonly status: number;
  /** Stable, in kebab-case. */
  readonly code: string;
  readonly title: string;
  /** Shown to the caller. */
  readonly detail: string;
  readonly nextStep?: string;
  readonly faults?: readonly ProblemFault[];
}

/** An answer to a request that is neither a rule's refusal nor a bug: not found, not acceptable, not available now. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(shape: ProblemShape, options?: ErrorOptions) {
    super(shape.detail, options);
    const { code, ...rest } = shape;
    this.problem = { type: `urn:patchtide:problem:${code}`, code, ...rest };
  }
}
