/** One event on its way to the carrier. */
export interface RelayRecord {
  /** The global position; the carrier's sequence must become the same. */
  readonly position: number;
  readonly subject: string;
  readonly eventId: string;
  /** A CloudEvent in structured JSON mode. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The carrier that the relay fills. It may be wiped at any moment; both calls must end by themselves in bounded time. */
export interface RelayTarget {
  /** Sequence of the last record the carrier holds or has held, 0 when it is new. */
  lastSequence(): Promise<number>;
  /**
   * Stores consecutive records in this order. Resolves when each has been confirmed at the sequence that is its
   * position; rejects otherwise, having stored any number of them from the first on.
   */
  publish(records: readonly RelayRecord[]): Promise<void>;
}
