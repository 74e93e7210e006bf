import {
  type Bus,
  type CommandHandler,
  type Delivery,
  type Feed,
  type OnNotice,
  type Published,
  type PublishOptions,
  type RequestOptions,
  type ServeOptions,
  type Serving,
  type StreamState,
  textOf,
} from '../bus';
import { Closers } from '../closers';
import { abortReason, NoResponders, RefusedByServer, RequestTimeout } from '../errors';
import { answerTo, BUSY, DEFAULT_MAX_CONCURRENT, DEFAULT_QUEUE } from '../replies';
import { covers } from '../subject-pattern';
import type { ConsumerSpec, StreamSpec } from '../topology';
import type { MemoryBroker, MemoryRequest } from './memory-broker';
import type { Taker } from './memory-consumer';
import { MemoryFeed } from './memory-feed';

/** One connection to a `MemoryBroker`. */
export class MemoryBus implements Bus {
  isConnected = true;
  readonly #known = new Map<string, StreamSpec>();
  readonly #feeds = new Set<MemoryFeed>();
  readonly #closers = new Closers();
  readonly #listeners = new Set<() => void>();
  readonly #releases = new Set<() => void>();

  constructor(
    private readonly broker: MemoryBroker,
    readonly notify: OnNotice,
  ) {}

  // Everything of the broker is done at once; `async` makes its errors rejections, as they are with a server.
  async publish(subject: string, body: unknown, options: PublishOptions = {}): Promise<Published> {
    for (const spec of this.#known.values()) {
      if (options.expectLastSequence !== undefined) break;
      if (spec.subjects.some((pattern) => covers(pattern, subject))) this.broker.ensureStream(spec);
    }
    return this.broker.store(subject, textOf(body), options);
  }

  request(subject: string, body: unknown, { timeoutMs, signal }: RequestOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortReason(signal));
      const timer = setTimeout(() => reject(new RequestTimeout(subject, timeoutMs)), timeoutMs);
      const settle = (tell: () => void): void => {
        clearTimeout(timer);
        tell();
      };
      signal?.addEventListener('abort', () => settle(() => reject(abortReason(signal))), { once: true });
      const reply = (answer: unknown): void => settle(() => resolve(JSON.parse(textOf(answer))));
      const isHeard = this.broker.ask({ subject, text: textOf(body), reply });
      if (!isHeard) settle(() => reject(new NoResponders(subject)));
    });
  }

  async serve(subject: string, handler: CommandHandler, options: ServeOptions = {}): Promise<Serving> {
    const { queue = DEFAULT_QUEUE, maxConcurrent = DEFAULT_MAX_CONCURRENT } = options;
    let running = 0;
    const hear = async (request: MemoryRequest): Promise<void> => {
      if (running >= maxConcurrent) return request.reply(BUSY);
      running += 1;
      const answer = await answerTo(handler, { subject: request.subject, raw: request.text }, this.notify);
      running -= 1;
      if (answer !== undefined) request.reply(answer);
    };
    const stop = this.broker.listen({ subject, queue, hear: (request) => void hear(request) });
    this.#releases.add(stop);
    return { stop: async () => stop() };
  }

  async ensureStream(spec: StreamSpec): Promise<boolean> {
    this.#known.set(spec.name, spec);
    const isNew = this.broker.ensureStream(spec);
    if (isNew)
      this.notify({ code: 'stream-created', message: 'a stream was made', detail: { stream: spec.name } });
    return isNew;
  }

  async ensureConsumer(spec: ConsumerSpec): Promise<void> {
    const known = this.#known.get(spec.stream);
    if (known !== undefined) this.broker.ensureStream(known);
    const stream = this.broker.streams.get(spec.stream);
    if (stream === undefined) throw new RefusedByServer(`the consumer ${spec.durable}`, 'stream not found');
    stream.ensureConsumer(spec);
  }

  async deleteConsumer(stream: string, durable: string): Promise<boolean> {
    return this.broker.streams.get(stream)?.deleteConsumer(durable) ?? false;
  }

  async deleteStream(stream: string): Promise<boolean> {
    this.#known.delete(stream);
    return this.broker.deleteStream(stream);
  }

  async streamState(stream: string): Promise<StreamState | undefined> {
    const found = this.broker.streams.get(stream);
    if (found === undefined) return undefined;
    const { messages, lastSequence, createdAt } = found;
    const [firstSequence = lastSequence + 1] = messages.keys();
    return { messages: messages.size, firstSequence, lastSequence, createdAt };
  }

  async openFeed(spec: ConsumerSpec, sink: (delivery: Delivery) => void): Promise<Feed> {
    await this.ensureConsumer(spec);
    const consumer = () => this.broker.streams.get(spec.stream)?.consumers.get(spec.durable);
    const join = (taker: Taker) => consumer()?.join(taker) ?? (() => undefined);
    const feed = new MemoryFeed(
      { join, pump: () => consumer()?.pump(), restore: () => this.ensureConsumer(spec) },
      sink,
    );
    this.#feeds.add(feed);
    return feed;
  }

  async ping(): Promise<void> {}

  onReconnect(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  beforeClose(stop: (graceMs: number) => Promise<void>): () => void {
    return this.#closers.add(stop);
  }

  /** The broker has restarted or was wiped: feeds look after their consumers, as they do with a server. */
  reconnected(): void {
    for (const feed of this.#feeds) void feed.rejoin();
    for (const listener of this.#listeners) listener();
  }

  async close(graceMs = 5_000): Promise<void> {
    await this.#closers.run(graceMs);
    this.vanish();
  }

  /** Ends without a word, as a killed process does: nothing is acked, nothing given back. */
  vanish(): void {
    this.isConnected = false;
    for (const release of this.#releases) release();
    for (const feed of this.#feeds) feed.vanish();
    this.#feeds.clear();
    this.broker.disconnect(this);
  }
}
