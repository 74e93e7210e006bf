import { setTimeout as delay } from 'node:timers/promises';
import { createInbox, type Msg, nanos, type NatsConnection } from 'nats';
import type { Delivery, Feed, OnNotice } from '../bus';
import { reasonOf } from '../errors';
import { growingDelayMs } from '../growing-delay';
import type { ConsumerSpec } from '../topology';
import type { Admin } from './admin';
import type { Link } from './link';
import { deliveryOf } from './nats-delivery';
import { PullSlot, type SlotEvents } from './pull-slot';

export interface FeedWiring {
  readonly nc: NatsConnection;
  readonly link: Link;
  readonly admin: Admin;
  readonly notify: OnNotice;
}

const WATCH_EVERY_MS = 500;
const RETRY = { firstMs: 50, capMs: 2_000 };

/**
 * Long polls with exact demand, and what happens when the ground moves: after every interruption stream and consumer
 * are looked at (and made again when they are gone) before anything is asked for or settled.
 *
 * Settling waits too, because a wiped stream counts from 1 again: a late ack for number 5 of the old stream would
 * delete number 5 of the new one, another job. Acks held during an interruption are sent when the stream turns out
 * to be the same, and dropped when it is not.
 */
export class NatsFeed implements Feed {
  readonly #slots = new Set<PullSlot>();
  #credit = 0;
  #isStopped = false;
  #isVerified = false;
  #incarnation = '';
  #heldBack: { incarnation: string; send: () => void }[] = [];
  #repairing: Promise<void> | undefined;
  readonly #watch: NodeJS.Timeout;
  readonly #release: () => void;

  constructor(
    private readonly wiring: FeedWiring,
    private readonly spec: ConsumerSpec,
    private readonly sink: (delivery: Delivery) => void,
  ) {
    this.#watch = setInterval(() => this.#lookForSilence(), WATCH_EVERY_MS).unref();
    this.#release = wiring.link.listen((isUp) => (isUp ? this.#interrupted('reconnected') : this.#down()));
  }

  /** Makes the consumer. Rejects when that fails; later interruptions are repaired for as long as it takes. */
  async open(): Promise<void> {
    try {
      await this.#verify();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  request(count: number): void {
    this.#credit += count;
    this.#pull();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#watch);
    this.#release();
    const slots = [...this.#slots];
    this.#slots.clear();
    if (!this.wiring.link.isUp) return slots.forEach((slot) => slot.discard());
    const drained = slots.map((slot) => slot.drain(1_000));
    this.#sweep();
    await Promise.all(drained);
  }

  /**
   * Makes the server look through the consumer's pull requests and drop those without a reader, ours. Up to 2.9 (seen
   * in 2.9.10) it forgets a redelivery when the next request turns out to have no reader, until the ack wait is
   * over; what a drain gives back would be late by that. The request that wakes it up has no reader either.
   */
  #sweep(): void {
    const request = { batch: 1, expires: nanos(1) };
    this.wiring.nc.publish(this.#nextSubject, JSON.stringify(request), { reply: createInbox() });
  }

  get #nextSubject(): string {
    return `$JS.API.CONSUMER.MSG.NEXT.${this.spec.stream}.${this.spec.durable}`;
  }

  #pull(): void {
    if (!this.#isVerified || this.#isStopped) return;
    let missing = this.#credit;
    for (const slot of this.#slots) missing -= slot.remaining;
    if (missing > 0) this.#freeSlot().pull(missing, Date.now());
  }

  #freeSlot(): PullSlot {
    for (const slot of this.#slots) if (slot.remaining === 0) return slot;
    const incarnation = this.#incarnation;
    const events: SlotEvents = {
      message: (msg) => this.#deliver(msg, incarnation),
      ended: () => this.#pull(),
      interrupted: (reason) => this.#slots.has(slot) && this.#interrupted(reason),
    };
    const slot = new PullSlot(this.wiring.nc, this.#nextSubject, events);
    this.#slots.add(slot);
    return slot;
  }

  #deliver(msg: Msg, incarnation: string): void {
    this.#credit = Math.max(0, this.#credit - 1);
    this.sink(deliveryOf(msg, (of, word) => this.#say(of, word, incarnation)));
  }

  #say(msg: Msg, word: string, incarnation: string): void {
    if (this.#isVerified) {
      if (incarnation === this.#incarnation) msg.respond(word);
    } else if (word !== '+WPI') {
      this.#heldBack.push({ incarnation, send: () => msg.respond(word) });
    }
  }

  #down(): void {
    this.#isVerified = false;
    for (const slot of this.#slots) slot.discard();
    this.#slots.clear();
  }

  #lookForSilence(): void {
    const now = Date.now();
    for (const slot of this.#slots)
      if (slot.isSilent(now)) return this.#interrupted('no heartbeat from the server');
  }

  #interrupted(reason: string): void {
    if (this.#isStopped || this.#repairing !== undefined) return;
    const { stream, durable } = this.spec;
    const detail = { stream, consumer: durable, reason };
    this.wiring.notify({ code: 'feed-interrupted', message: 'looking after a consumer', detail });
    this.#isVerified = false;
    for (const slot of this.#slots) void slot.drain(1_000);
    this.#slots.clear();
    this.#repairing = this.#repair().finally(() => (this.#repairing = undefined));
  }

  async #repair(): Promise<void> {
    for (let failures = 0; !this.#isStopped; failures += 1) {
      if (failures > 0) await delay(growingDelayMs(failures, RETRY));
      if (!(await this.wiring.link.whenUp(60_000))) continue;
      try {
        return await this.#verify();
      } catch (error) {
        const detail = { stream: this.spec.stream, consumer: this.spec.durable, reason: reasonOf(error) };
        this.wiring.notify({
          code: 'feed-interrupted',
          message: 'a consumer is not back yet',
          detail,
          error,
        });
      }
    }
  }

  async #verify(): Promise<void> {
    const { admin, link } = this.wiring;
    const info = await link.guard(admin.stream(this.spec.stream));
    await link.guard(admin.ensureConsumer(this.spec));
    this.#incarnation = String(info.created);
    this.#isVerified = true;
    const heldBack = this.#heldBack;
    this.#heldBack = [];
    for (const { incarnation, send } of heldBack) if (incarnation === this.#incarnation) send();
    this.#pull();
  }
}
