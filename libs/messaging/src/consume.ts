import { AckLoop } from './ack-loop';
import type { Bus } from './bus';
import { growingDelayMs } from './growing-delay';
import type { ConsumerSpec } from './topology';
import type { HandlerResult } from './verdict';

/** A message as its handler sees it. */
export interface Message {
  readonly subject: string;
  /** The parsed body. */
  readonly data: unknown;
  /** The body as it was sent. */
  readonly raw: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Position in its stream; for published events the global position. */
  readonly sequence: number;
  /** 1 at the first delivery. */
  readonly deliveries: number;
  /** Resets the ack timer. A timer of the consumer does so anyway while the handler runs. */
  working(): void;
  /** Aborts when a drain has run out of time: the message has then been given back. */
  readonly signal: AbortSignal;
}
export type Handler = (message: Message) => Promise<HandlerResult> | HandlerResult;

export interface ConsumeOptions extends ConsumerSpec {
  /** Handlers at work at the same time. Default 1, which keeps the order as long as nothing is redelivered. */
  readonly concurrency?: number;
  /** Messages held ready beyond those, for short handlers. They are kept alive as well. Default 0: work stays sharable. */
  readonly prefetch?: number;
  /** The wait after the n-th delivery failed. Default: 100 ms doubling to 30 s, with jitter. */
  readonly nakDelayMs?: (deliveries: number) => number;
}

export interface ConsumptionStats {
  readonly held: number;
  readonly acked: number;
  readonly naked: number;
  readonly dead: number;
}

export interface Consumption {
  /** Takes no more messages, lets handlers finish within `graceMs` (default 5,000), gives the rest back. */
  drain(graceMs?: number): Promise<void>;
  stats(): ConsumptionStats;
}

/**
 * Hands every message of a durable consumer to `handler` and settles it by what the handler did: ack after it has
 * returned, nak with a growing delay after it threw, dead letter for poison and after the last delivery. Makes
 * stream and consumer when they are missing, also later. Throws when the consumer cannot be made at the start.
 */
export async function consume(bus: Bus, options: ConsumeOptions, handler: Handler): Promise<Consumption> {
  const loop = new AckLoop(
    bus,
    { nakDelayMs: defaultNakDelay, concurrency: 1, prefetch: 0, ...options },
    handler,
  );
  await loop.start();
  const release = bus.beforeClose((graceMs) => loop.drain(graceMs));
  return {
    drain: async (graceMs = 5_000) => {
      await loop.drain(graceMs);
      release();
    },
    stats: () => loop.stats(),
  };
}

const defaultNakDelay = (deliveries: number): number =>
  growingDelayMs(deliveries, { firstMs: 100, capMs: 30_000 });
