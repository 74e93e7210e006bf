import type { Appended, Cause, LoggedEvent, StoredDocument, StoredEvent, StreamAppend } from './event';
import type { StoreCheck, StreamCheck } from './verification/check';

export interface EventStore {
  /**
   * Appends to one or several streams, all or nothing, in one round trip. Rejects with `VersionConflict` when a stream
   * is not at its expected version, `EventIdReused` when an id stands elsewhere, `InvalidAppend` or `NotCanonical`
   * for bad input. After any other error the outcome is unknown: repeat the call with the same event ids.
   */
  append(appends: readonly StreamAppend[], cause: Cause): Promise<Appended[]>;
  /** The events of a stream from a version on, in order; all of them unless limited. Empty when there are none. */
  read(stream: string, fromVersion?: number, limit?: number): Promise<StoredEvent[]>;
  /** The next numbered events after a global position, at most `limit` (default and maximum 1,000 and 10,000). */
  readAll(afterPosition: number, limit?: number): Promise<LoggedEvent[]>;
  /** The last position of the global log, 0 when it is empty. */
  headPosition(): Promise<number>;
  /** Stores a text once under its digest and returns `sha256:<hex>` of its UTF-8 bytes. */
  putDocument(kind: string, text: string): Promise<string>;
  getDocument(digest: string): Promise<StoredDocument | undefined>;
  /** Recomputes one stream's chain and names the first version that is not what was appended. */
  verify(stream: string): Promise<StreamCheck>;
  /** Verifies every stream, every document and the global log. */
  verifyAll(): Promise<StoreCheck>;
}
