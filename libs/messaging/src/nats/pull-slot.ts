import { createInbox, type Msg, type NatsConnection, nanos, type Subscription } from 'nats';

const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 1_000;
/** Silence on an open pull request for this long means that the server knows nothing of it. */
const SILENCE_MS = 3_500;

export interface SlotEvents {
  readonly message: (msg: Msg) => void;
  /** The pull request is over without an error; what was not delivered must be asked for again. */
  readonly ended: () => void;
  /** The consumer, the stream or JetStream itself is gone, or the request was refused. */
  readonly interrupted: (reason: string) => void;
}

/**
 * One pull request at a time on an inbox of its own, so that it is known exactly how much of it is still open. A
 * finished request's inbox is used again for the next.
 */
export class PullSlot {
  readonly #inbox: string;
  readonly #subscription: Subscription;
  #remaining = 0;
  #heardAt = 0;

  constructor(
    private readonly nc: NatsConnection,
    private readonly subject: string,
    private readonly events: SlotEvents,
  ) {
    this.#inbox = createInbox();
    this.#subscription = nc.subscribe(this.#inbox, { callback: (error, msg) => this.#hear(error, msg) });
  }

  /** Messages of the present request that have not come yet. */
  get remaining(): number {
    return this.#remaining;
  }

  pull(count: number, nowMs: number): void {
    this.#remaining = count;
    this.#heardAt = nowMs;
    const request = { batch: count, expires: nanos(EXPIRES_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    this.nc.publish(this.subject, JSON.stringify(request), { reply: this.#inbox });
  }

  isSilent(nowMs: number): boolean {
    return this.#remaining > 0 && nowMs - this.#heardAt > SILENCE_MS;
  }

  /** Ends the request; messages already on their way still arrive before the promise resolves. */
  async drain(withinMs: number): Promise<void> {
    if (this.#subscription.isClosed()) return;
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
    // A connection that closes meanwhile rejects the drain; then nothing can arrive any more, which is all we want.
    const drained = this.#subscription.drain().then(
      () => undefined,
      () => undefined,
    );
    await Promise.race([drained, bound]);
    clearTimeout(timer);
    this.discard();
  }

  discard(): void {
    this.#remaining = 0;
    if (!this.#subscription.isClosed()) this.#subscription.unsubscribe();
  }

  #hear(error: Error | null, msg: Msg): void {
    if (error !== null) return this.events.interrupted(error.message);
    this.#heardAt = Date.now();
    // Status messages come on the inbox itself, stored ones under their own subject.
    if (msg.subject !== this.#inbox) {
      this.#remaining = Math.max(0, this.#remaining - 1);
      return this.events.message(msg);
    }
    const code = msg.headers?.code ?? 0;
    if (code === 100) return;
    this.#remaining = 0;
    if (code === 404 || code === 408) return this.events.ended();
    this.events.interrupted(`${code} ${msg.headers?.description ?? ''}`.trim());
  }
}
