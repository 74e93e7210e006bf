import { type JetStreamClient, type JetStreamManager, type NatsConnection } from 'nats';
import type {
  Bus,
  CommandHandler,
  Delivery,
  Feed,
  OnNotice,
  Published,
  PublishOptions,
  RequestOptions,
  ServeOptions,
  Serving,
  StreamState,
} from '../bus';
import { textOf } from '../bus';
import { Closers } from '../closers';
import { abortReason, NoResponders, RequestTimeout } from '../errors';
import type { ConsumerSpec, StreamSpec } from '../topology';
import { Admin } from './admin';
import { serveCommands } from './commands';
import { Link } from './link';
import { isNoResponders, isTimeout } from './nats-errors';
import { NatsFeed } from './nats-feed';
import { Publisher } from './publisher';

/** The bus over a NATS connection with JetStream. */
export class NatsBus implements Bus {
  readonly #link: Link;
  readonly #admin: Admin;
  readonly #publisher: Publisher;
  readonly #closers = new Closers();

  constructor(
    private readonly nc: NatsConnection,
    jetstream: { client: JetStreamClient; manager: JetStreamManager },
    readonly notify: OnNotice,
  ) {
    this.#link = new Link(nc, notify);
    this.#admin = new Admin(jetstream.manager, notify);
    this.#publisher = new Publisher(jetstream.client, this.#link, this.#admin);
  }

  get isConnected(): boolean {
    return this.#link.isUp && !this.nc.isClosed();
  }

  publish(
    subject: string,
    body: unknown,
    options: PublishOptions = {},
    timeoutMs = 5_000,
  ): Promise<Published> {
    return this.#publisher.publish(subject, textOf(body), options, timeoutMs);
  }

  async request(subject: string, body: unknown, { timeoutMs, signal }: RequestOptions): Promise<unknown> {
    signal?.throwIfAborted();
    try {
      const answer = this.#link.guard(this.nc.request(subject, textOf(body), { timeout: timeoutMs }));
      return JSON.parse((await abortable(answer, signal)).string());
    } catch (error) {
      if (isNoResponders(error)) throw new NoResponders(subject);
      if (isTimeout(error)) throw new RequestTimeout(subject, timeoutMs);
      throw error;
    }
  }

  async serve(subject: string, handler: CommandHandler, options?: ServeOptions): Promise<Serving> {
    const serving = serveCommands({ nc: this.nc, notify: this.notify }, subject, handler, options);
    const release = this.#closers.add((graceMs) => serving.drain(graceMs));
    // Once this returns, a request from anywhere is heard. A connection that is down registers it when it is back.
    if (this.#link.isUp) await settled(this.#link.guard(this.nc.flush()));
    return {
      stop: async () => {
        await serving.stop();
        release();
      },
    };
  }

  ensureStream(spec: StreamSpec): Promise<boolean> {
    return this.#link.guard(this.#admin.ensureStream(spec));
  }

  ensureConsumer(spec: ConsumerSpec): Promise<void> {
    return this.#link.guard(this.#admin.ensureConsumer(spec));
  }

  deleteConsumer(stream: string, durable: string): Promise<boolean> {
    return this.#link.guard(this.#admin.deleteConsumer(stream, durable));
  }

  deleteStream(stream: string): Promise<boolean> {
    return this.#link.guard(this.#admin.deleteStream(stream));
  }

  streamState(stream: string): Promise<StreamState | undefined> {
    return this.#link.guard(this.#admin.state(stream));
  }

  async openFeed(spec: ConsumerSpec, sink: (delivery: Delivery) => void): Promise<Feed> {
    const wiring = { nc: this.nc, link: this.#link, admin: this.#admin, notify: this.notify };
    const feed = new NatsFeed(wiring, spec, sink);
    await feed.open();
    return feed;
  }

  async ping(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new RequestTimeout('the server', timeoutMs)), timeoutMs);
    });
    await Promise.race([this.#link.guard(this.nc.flush()), late]).finally(() => clearTimeout(timer));
  }

  onReconnect(listener: () => void): () => void {
    return this.#link.listen((isUp) => isUp && listener());
  }

  beforeClose(stop: (graceMs: number) => Promise<void>): () => void {
    return this.#closers.add(stop);
  }

  async close(graceMs = 5_000): Promise<void> {
    await this.#closers.run(graceMs);
    if (this.nc.isClosed()) return;
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.max(100, graceMs))));
    // Acks and publishes on their way out are flushed by the drain; without a connection there is nothing to flush to.
    if (this.#link.isUp) await Promise.race([settled(this.nc.drain()), bound]);
    clearTimeout(timer);
    await this.nc.close();
  }
}

function abortable<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortReason(signal));
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(() => undefined);
}
