import { isRejected } from './verdict';

/** One thing that is wrong with a request: where, what, and what to do. */
export interface ProblemFault {
  readonly path: string;
  readonly message: string;
  readonly remedy?: string;
}

/** RFC 9457 problem details, as sent over HTTP and in command replies. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The stable code of the rule that said no. */
  readonly code?: string;
  readonly faults?: readonly ProblemFault[];
  readonly nextStep?: string;
  readonly instance?: string;
}

/**
 * The problem in a domain rule's refusal (an error named `Rejected` with a `code`): 422 when it lists faults in the input,
 * 404 when it names something unknown, 409 when the state of things forbids it. `undefined` for any other error.
 */
export function rejectionProblem(error: unknown): Problem | undefined {
  if (!isRejected(error)) return undefined;
  const { faults, nextStep } = error as { faults?: unknown; nextStep?: unknown };
  const hasFaults = Array.isArray(faults) && faults.length > 0;
  const isUnknown = error.code.startsWith('unknown-');
  return {
    type: `urn:patchtide:problem:${error.code}`,
    title: hasFaults ? 'The input is not acceptable' : isUnknown ? 'Not found' : 'Not possible now',
    status: hasFaults ? 422 : isUnknown ? 404 : 409,
    detail: error.message,
    code: error.code,
    ...(hasFaults ? { faults: faults as ProblemFault[] } : {}),
    ...(typeof nextStep === 'string' ? { nextStep } : {}),
  };
}
