import type { Delivery } from '../bus';
import { covers } from '../subject-pattern';
import type { ConsumerSpec } from '../topology';
import type { MemoryStream, StoredMessage } from './memory-stream';

/** Somebody who wants messages: one open feed of one connection. */
export interface Taker {
  credit: number;
  readonly take: (delivery: Delivery) => void;
  /** The consumer was deleted under it. */
  readonly lost: () => void;
}

interface Pending {
  readonly message: StoredMessage;
  timer: NodeJS.Timeout;
}

/** A durable consumer of the fake: ack timers, naks with delay, redelivery, the limit of unsettled messages. */
export class MemoryConsumer {
  readonly #takers = new Set<Taker>();
  readonly #pending = new Map<number, Pending>();
  readonly #deliveries = new Map<number, number>();
  readonly #again: number[] = [];
  #next: number;

  constructor(
    private readonly stream: MemoryStream,
    readonly spec: ConsumerSpec,
  ) {
    const { deliver = 'all' } = spec;
    if (deliver === 'all') this.#next = 1;
    else this.#next = deliver === 'new' ? stream.lastSequence + 1 : deliver.fromSequence;
  }

  join(taker: Taker): () => void {
    this.#takers.add(taker);
    return () => this.#takers.delete(taker);
  }

  stop(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
    for (const taker of this.#takers) setImmediate(taker.lost);
    this.#takers.clear();
  }

  /** Hands out what can be handed out. Takers take turns. */
  pump(): void {
    while (this.#pending.size < this.spec.maxAckPending) {
      const taker = [...this.#takers].find((candidate) => candidate.credit > 0);
      if (taker === undefined) return;
      const message = this.#nextMessage();
      if (message === undefined) return;
      this.#takers.delete(taker);
      this.#takers.add(taker);
      taker.credit -= 1;
      this.#hand(message, taker);
    }
  }

  #nextMessage(): StoredMessage | undefined {
    for (let again = this.#again.shift(); again !== undefined; again = this.#again.shift()) {
      const message = this.stream.messages.get(again);
      if (message !== undefined) return message;
    }
    while (this.#next <= this.stream.lastSequence) {
      const message = this.stream.messages.get(this.#next);
      this.#next += 1;
      if (message !== undefined && covers(this.spec.filterSubject, message.subject)) return message;
    }
    return undefined;
  }

  #hand(message: StoredMessage, taker: Taker): void {
    const { sequence, subject, text, headers, storedAt } = message;
    const deliveries = (this.#deliveries.get(sequence) ?? 0) + 1;
    this.#deliveries.set(sequence, deliveries);
    this.#pending.set(sequence, { message, timer: this.#ackTimer(sequence, this.spec.ackWaitMs) });
    const settle = (): void => this.#settle(sequence);
    const delivery: Delivery = {
      ...{ subject, raw: text, headers, sequence, deliveries, storedAt },
      ack: settle,
      term: settle,
      nak: (delayMs) => this.#restart(sequence, delayMs),
      working: () => this.#restart(sequence, this.spec.ackWaitMs),
    };
    setImmediate(() => taker.take(delivery));
  }

  #ackTimer(sequence: number, afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#pending.delete(sequence);
      this.#again.push(sequence);
      this.pump();
    }, afterMs).unref();
  }

  #restart(sequence: number, afterMs: number): void {
    const pending = this.#pending.get(sequence);
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    pending.timer = this.#ackTimer(sequence, afterMs);
  }

  #settle(sequence: number): void {
    const pending = this.#pending.get(sequence);
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending.delete(sequence);
    this.#deliveries.delete(sequence);
    this.stream.settle(sequence);
    this.pump();
  }
}
