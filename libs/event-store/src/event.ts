/** Why events happened; the same for every event of one append, and covered by the hash chain. */
export interface Cause {
  /** The campaign's id. */
  readonly correlation: string;
  /** Id of the event or command that led to this. */
  readonly causation?: string;
  /** The person or service that decided. */
  readonly actor: string;
  /** ISO 8601 in UTC, as `Date.toISOString` writes it. */
  readonly recordedAt: string;
}

export interface NewEvent {
  /** A lower-case UUID, chosen before the first try: a repeated append with the same ids is answered, not repeated. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** A plain JSON object; see `canonicalJson` for what is refused. */
  readonly data: object;
}

export interface StreamAppend {
  /** `<category>-<id>`, for example `campaign-CHG0031337`. */
  readonly stream: string;
  /** The version the decision was based on; 0 means that the stream must not exist. There is no "any". */
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
}

export interface Appended {
  readonly stream: string;
  /** Version of the last appended event. */
  readonly version: number;
  /** True when exactly these events had been stored by an earlier call. */
  readonly repeated: boolean;
}

export interface StoredEvent {
  readonly stream: string;
  /** Position in its stream: 1, 2, 3, … */
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Record<string, unknown>;
  readonly meta: Cause;
  /** Hash of the chain up to and including this event, 64 hex digits. */
  readonly hash: string;
}

/** An event with its place in the global log: 1, 2, 3, … without gaps. */
export interface LoggedEvent extends StoredEvent {
  readonly position: number;
}

export interface StoredDocument {
  readonly digest: string;
  readonly kind: string;
  readonly text: string;
}
