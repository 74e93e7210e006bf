import type { Bus, Delivery, Feed } from './bus';
import type { ConsumeOptions, ConsumptionStats, Handler } from './consume';
import { bury, deadLetter } from './dead-letter';
import { reasonOf } from './errors';
import { isExhausted, type Tries, type Verdict, verdictOfError, verdictOfResult } from './verdict';

type LoopOptions = Required<Pick<ConsumeOptions, 'concurrency' | 'prefetch' | 'nakDelayMs'>> & ConsumeOptions;

type Outcome = 'acked' | 'naked' | 'dead';

/** A message between its delivery and its verdict. */
interface Held {
  readonly delivery: Delivery;
  readonly abort: AbortController;
  isSettled: boolean;
}

/**
 * Demand in, verdicts out. The loop asks its feed for exactly as many messages as it has free hands (plus the
 * prefetch): an agent that is busy with long jobs leaves the others' work where they can reach it.
 */
export class AckLoop {
  readonly #held = new Set<Held>();
  readonly #queue: Held[] = [];
  readonly #counts: Record<Outcome, number> = { acked: 0, naked: 0, dead: 0 };
  #feed: Feed | undefined;
  #requested = 0;
  #running = 0;
  #keepAlive: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  #idle: (() => void) | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly options: LoopOptions,
    private readonly handler: Handler,
  ) {}

  async start(): Promise<void> {
    this.#feed = await this.bus.openFeed(this.options, (delivery) => this.#take(delivery));
    const everyMs = Math.max(10, Math.floor(this.options.ackWaitMs / 3));
    this.#keepAlive = setInterval(() => this.#sayWorking(), everyMs).unref();
    this.#topUp();
  }

  stats(): ConsumptionStats {
    return { held: this.#held.size, ...this.#counts };
  }

  drain(graceMs: number): Promise<void> {
    this.#draining ??= this.#drain(graceMs);
    return this.#draining;
  }

  async #drain(graceMs: number): Promise<void> {
    // The demand ends first: what is given back must not come straight back to us.
    const givenBack = Promise.resolve(this.#feed?.stop()).then(() => {
      for (const waiting of this.#queue.splice(0)) this.#giveBack(waiting);
    });
    await this.#idleWithin(graceMs);
    await givenBack;
    for (const held of this.#held) {
      this.#giveBack(held);
      held.abort.abort(new Error('the consumer is shutting down'));
    }
    clearInterval(this.#keepAlive);
  }

  #idleWithin(graceMs: number): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A message that nobody worked on, or could not finish: at once for whoever is next. */
  #giveBack(held: Held): void {
    this.#settle(held, () => held.delivery.nak(0), 'naked');
  }

  #take(delivery: Delivery): void {
    this.#requested = Math.max(0, this.#requested - 1);
    const held: Held = { delivery, abort: new AbortController(), isSettled: false };
    this.#held.add(held);
    this.#queue.push(held);
    if (this.#draining !== undefined) return;
    this.#startWaiting();
    this.#topUp();
  }

  #startWaiting(): void {
    while (this.#running < this.options.concurrency) {
      const held = this.#queue.shift();
      if (held === undefined) break;
      this.#running += 1;
      void this.#handle(held).finally(() => this.#free());
    }
  }

  #free(): void {
    this.#running -= 1;
    if (this.#draining !== undefined) {
      if (this.#running === 0) this.#idle?.();
      return;
    }
    this.#startWaiting();
    this.#topUp();
  }

  /** Small demands are gathered: half of the hands may wait for a demand while the other half's is still open. */
  #topUp(): void {
    const capacity = this.options.concurrency + this.options.prefetch;
    if (this.#requested > capacity / 2) return;
    const free = capacity - this.#held.size - this.#requested;
    if (free <= 0) return;
    this.#requested += free;
    this.#feed?.request(free);
  }

  async #handle(held: Held): Promise<void> {
    const verdict = await this.#decide(held);
    if (verdict.kind === 'ack') this.#settle(held, () => held.delivery.ack(), 'acked');
    else if (verdict.kind === 'nak') this.#settle(held, () => held.delivery.nak(verdict.delayMs), 'naked');
    else await this.#bury(held, verdict.reason);
  }

  async #decide(held: Held): Promise<Verdict> {
    const { maxDeliver, nakDelayMs } = this.options;
    const { delivery } = held;
    const tries: Tries = { deliveries: delivery.deliveries, maxDeliver, nakDelayMs };
    if (isExhausted(tries)) {
      return { kind: 'dead', reason: `delivered more than ${maxDeliver} times without a verdict` };
    }
    const body = parse(delivery.raw);
    if (!body.ok) return { kind: 'dead', reason: `the body is not JSON: ${body.reason}` };
    try {
      return verdictOfResult(await this.handler(this.#message(held, body.data)), tries);
    } catch (error) {
      if (!held.isSettled) this.#report('handler-failed', 'a handler failed', held, error);
      return verdictOfError(error, tries);
    }
  }

  #message(held: Held, data: unknown): Parameters<Handler>[0] {
    const { subject, raw, headers, sequence, deliveries } = held.delivery;
    const working = (): void => {
      if (!held.isSettled) held.delivery.working();
    };
    return { subject, data, raw, headers, sequence, deliveries, working, signal: held.abort.signal };
  }

  /** First the dead letter, then the end of the message: when the letter cannot be stored, the message stays. */
  async #bury(held: Held, reason: string): Promise<void> {
    const { delivery } = held;
    if (held.isSettled) return;
    try {
      await bury(this.bus, this.options, deadLetter(this.options, delivery, reason));
    } catch (error) {
      this.#report('dead-letter-failed', 'a dead letter could not be stored; the message stays', held, error);
      return this.#settle(held, () => delivery.nak(this.options.nakDelayMs(delivery.deliveries)), 'naked');
    }
    this.#settle(held, () => delivery.term(reason), 'dead');
  }

  #settle(held: Held, tell: () => void, as: Outcome): void {
    if (held.isSettled) return;
    held.isSettled = true;
    this.#held.delete(held);
    this.#counts[as] += 1;
    tell();
  }

  #sayWorking(): void {
    for (const held of this.#held) held.delivery.working();
  }

  #report(code: 'handler-failed' | 'dead-letter-failed', message: string, held: Held, error: unknown): void {
    const { subject, sequence, deliveries } = held.delivery;
    const consumer = this.options.durable;
    this.bus.notify({
      code,
      message,
      detail: { consumer, subject, sequence, deliveries, reason: reasonOf(error) },
      error,
    });
  }
}

function parse(raw: string): { ok: true; data: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, data: JSON.parse(raw) };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}
