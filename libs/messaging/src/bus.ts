import type { ConsumerSpec, StreamSpec } from './topology';

/** Something on the bus that a log should know. Nothing is lost when it is ignored: the library has already acted on it. */
export interface BusNotice {
  readonly code:
    | 'cannot-connect-yet'
    | 'connection-lost'
    | 'connection-back'
    | 'feed-interrupted'
    | 'stream-created'
    | 'handler-failed'
    | 'dead-letter'
    | 'dead-letter-failed'
    | 'reply-failed';
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly error?: unknown;
}
export type OnNotice = (notice: BusNotice) => void;

export interface PublishOptions {
  /** A second message with this id inside the stream's duplicate window is confirmed but not stored. */
  readonly msgId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Store only when the stream ends at this sequence, otherwise `WrongLastSequence`. */
  readonly expectLastSequence?: number;
}

export interface Published {
  readonly stream: string;
  readonly sequence: number;
  readonly duplicate: boolean;
}

export interface RequestOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface Command {
  readonly subject: string;
  readonly data: unknown;
}
/** Returns the reply or its promise. `undefined` means "not mine": no reply is sent, another instance may answer. */
export type CommandHandler = (command: Command) => unknown;

export interface ServeOptions {
  /** Instances with the same queue share the commands; `false` hands every command to every instance. Default: `patchtide`. */
  readonly queue?: string | false;
  /** More commands than this at once are answered with a 503 problem. Default 64. */
  readonly maxConcurrent?: number;
}
export interface Serving {
  stop(): Promise<void>;
}

export interface StreamState {
  readonly messages: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Changes when the stream was deleted and made again, so it tells one incarnation from the next. */
  readonly createdAt: string;
}

/** One message handed to a consumer. Exactly one of `ack`, `nak` and `term` counts; later ones do nothing. */
export interface Delivery {
  readonly subject: string;
  readonly raw: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Position in its stream. */
  readonly sequence: number;
  /** 1 at the first delivery. */
  readonly deliveries: number;
  /** When the stream stored it, ISO 8601. */
  readonly storedAt: string;
  ack(): void;
  nak(delayMs: number): void;
  working(): void;
  term(reason: string): void;
}

/** Demand-driven delivery from one durable consumer: never more messages than were requested. */
export interface Feed {
  request(count: number): void;
  /** Ends the demand. Messages already on their way are still handed over before the promise resolves. */
  stop(): Promise<void>;
}

/** The connection to the message bus: real (`connectBus`) or in memory (`MemoryBroker`). One contract suite holds both. */
export interface Bus {
  readonly isConnected: boolean;
  /**
   * Stores a message in the stream of its subject; strings are sent as they are, anything else as JSON. Within
   * `timeoutMs` (default 5,000) it waits for a lost connection and makes a wiped stream again that it had ensured
   * before, except with `expectLastSequence`, where the first failure is the caller's to judge.
   * @throws NoResponders, PublishTimeout, WrongLastSequence, RefusedByServer, ConnectionLost
   */
  publish(subject: string, body: unknown, options?: PublishOptions, timeoutMs?: number): Promise<Published>;
  /** Sends a command and returns the parsed reply. @throws NoResponders, RequestTimeout, ConnectionLost */
  request(subject: string, body: unknown, options: RequestOptions): Promise<unknown>;
  /** Answers commands on a subject. A handler's error becomes `{ ok: false, problem }`. */
  serve(subject: string, handler: CommandHandler, options?: ServeOptions): Promise<Serving>;
  /** Makes the stream or brings it to this definition; true when it did not exist. @throws TopologyConflict, RefusedByServer */
  ensureStream(spec: StreamSpec): Promise<boolean>;
  ensureConsumer(spec: ConsumerSpec): Promise<void>;
  /** False when there was none. Drain its consumptions first: they would make it again. */
  deleteConsumer(stream: string, durable: string): Promise<boolean>;
  deleteStream(stream: string): Promise<boolean>;
  /** `undefined` when the stream does not exist. */
  streamState(stream: string): Promise<StreamState | undefined>;
  /** The delivery below `consume`; use that. Makes the consumer (and its stream, when known) first and after a wipe. */
  openFeed(spec: ConsumerSpec, sink: (delivery: Delivery) => void): Promise<Feed>;
  /** One round trip to the server. @throws RequestTimeout, ConnectionLost */
  ping(timeoutMs: number): Promise<void>;
  /** Calls back after every reconnection, when streams may be new. Returns the way to stop that. */
  onReconnect(listener: () => void): () => void;
  /** Registers what must end before the connection does. Returns the way to take it back. */
  beforeClose(stop: (graceMs: number) => Promise<void>): () => void;
  readonly notify: OnNotice;
  /** Drains consumers and commands, then the connection; takes at most about `graceMs` (default 5,000). */
  close(graceMs?: number): Promise<void>;
}

/** Strings are sent as they are (canonical JSON text stays canonical), anything else as JSON. */
export function textOf(body: unknown): string {
  return typeof body === 'string' ? body : (JSON.stringify(body) ?? 'null');
}
