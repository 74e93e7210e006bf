import type { OnNotice, Published, PublishOptions } from '../bus';
import { NoResponders } from '../errors';
import { covers } from '../subject-pattern';
import type { StreamSpec } from '../topology';
import { MemoryBus } from './memory-bus';
import { MemoryStream } from './memory-stream';

/** A command on its way to one listener. */
export interface MemoryRequest {
  readonly subject: string;
  readonly text: string;
  readonly reply: (body: unknown) => void;
}
export interface Listener {
  readonly subject: string;
  readonly queue: string | false;
  readonly hear: (request: MemoryRequest) => void;
}

/** The server of the fake bus: several buses over one broker see each other's messages. For tests and simulations. */
export class MemoryBroker {
  readonly streams = new Map<string, MemoryStream>();
  readonly #listeners = new Set<Listener>();
  readonly #buses = new Set<MemoryBus>();

  constructor(private readonly now: () => Date = () => new Date()) {}

  connect(options: { readonly onNotice?: OnNotice } = {}): MemoryBus {
    const bus = new MemoryBus(this, options.onNotice ?? (() => undefined));
    this.#buses.add(bus);
    return bus;
  }

  disconnect(bus: MemoryBus): void {
    this.#buses.delete(bus);
  }

  /** What a killed nats-server with a deleted data directory leaves: nothing. Connections come back by themselves. */
  wipe(): void {
    for (const stream of this.streams.values()) stream.stop();
    this.streams.clear();
    this.restart();
  }

  /** Every connection breaks and comes back; what is stored stays. */
  restart(): void {
    for (const bus of this.#buses) bus.reconnected();
  }

  ensureStream(spec: StreamSpec): boolean {
    if (this.streams.has(spec.name)) return false;
    this.streams.set(spec.name, new MemoryStream(spec, this.now));
    return true;
  }

  deleteStream(name: string): boolean {
    this.streams.get(name)?.stop();
    return this.streams.delete(name);
  }

  store(subject: string, text: string, options: PublishOptions): Published {
    for (const stream of this.streams.values()) {
      if (stream.spec.subjects.some((pattern) => covers(pattern, subject)))
        return stream.store(subject, text, options);
    }
    throw new NoResponders(subject);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hands a command to one listener of every queue and to all without one; false when there is nobody. */
  ask(request: MemoryRequest): boolean {
    const matching = [...this.#listeners].filter(({ subject }) => covers(subject, request.subject));
    const asked = new Set<string>();
    for (const listener of matching) {
      if (listener.queue !== false && asked.has(listener.queue)) continue;
      if (listener.queue !== false) asked.add(listener.queue);
      setImmediate(() => listener.hear(request));
    }
    return matching.length > 0;
  }
}
