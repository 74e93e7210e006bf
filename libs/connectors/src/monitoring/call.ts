/** What every call to a foreign system must be given: how long it may take and how it is called off. */
export interface CallOptions {
  timeoutMs: number;
  signal?: AbortSignal;
}

export type CallFailure =
  'timed-out' | 'aborted' | 'unreachable' | 'refused' | 'unexpected-answer' | 'too-large' | 'bad-reference';

export interface CallFailedDetail {
  /** True when the same call may succeed later; false when somebody has to change something first. */
  retryable: boolean;
  status?: number;
  cause?: unknown;
}

/** A call to a foreign system that did not do what was asked; says whether asking again can help. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly retryable: boolean;
  readonly status: number | undefined;

  constructor(
    readonly failure: CallFailure,
    message: string,
    detail: CallFailedDetail,
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.retryable = detail.retryable;
    this.status = detail.status;
  }
}
