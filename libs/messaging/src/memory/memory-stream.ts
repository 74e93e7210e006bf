import type { Published, PublishOptions } from '../bus';
import { WrongLastSequence } from '../errors';
import type { ConsumerSpec, StreamSpec } from '../topology';
import { MemoryConsumer } from './memory-consumer';

export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly storedAt: string;
}

let incarnations = 0;

/** A stream of the fake: messages by sequence, duplicates by message id (without the window's end), consumers. */
export class MemoryStream {
  readonly messages = new Map<number, StoredMessage>();
  readonly consumers = new Map<string, MemoryConsumer>();
  readonly createdAt = `incarnation ${(incarnations += 1)}`;
  lastSequence = 0;
  readonly #byMessageId = new Map<string, number>();

  constructor(
    readonly spec: StreamSpec,
    private readonly now: () => Date,
  ) {}

  store(subject: string, text: string, options: PublishOptions): Published {
    const { msgId, expectLastSequence, headers = {} } = options;
    const stream = this.spec.name;
    const known = msgId === undefined ? undefined : this.#byMessageId.get(msgId);
    if (known !== undefined) return { stream, sequence: known, duplicate: true };
    if (expectLastSequence !== undefined && expectLastSequence !== this.lastSequence) {
      throw new WrongLastSequence(subject, expectLastSequence, this.lastSequence);
    }
    const sequence = (this.lastSequence += 1);
    if (msgId !== undefined) this.#byMessageId.set(msgId, sequence);
    const sent = msgId === undefined ? headers : { ...headers, 'Nats-Msg-Id': msgId };
    this.messages.set(sequence, {
      sequence,
      subject,
      text,
      headers: sent,
      storedAt: this.now().toISOString(),
    });
    for (const consumer of this.consumers.values()) consumer.pump();
    return { stream, sequence, duplicate: false };
  }

  ensureConsumer(spec: ConsumerSpec): void {
    if (!this.consumers.has(spec.durable)) this.consumers.set(spec.durable, new MemoryConsumer(this, spec));
  }

  deleteConsumer(durable: string): boolean {
    this.consumers.get(durable)?.stop();
    return this.consumers.delete(durable);
  }

  /** A settled message: gone for good from a work queue, kept for others elsewhere. */
  settle(sequence: number): void {
    if (this.spec.retention === 'workqueue') this.messages.delete(sequence);
  }

  stop(): void {
    for (const consumer of this.consumers.values()) consumer.stop();
  }
}
