import type { Delivery, Feed } from '../bus';
import type { Taker } from './memory-consumer';

interface Source {
  readonly join: (taker: Taker) => () => void;
  readonly pump: () => void;
  /** Makes the consumer again when it is gone. */
  readonly restore: () => Promise<void>;
}

/** Demand of one bus on one consumer of the fake. Joins the consumer's next incarnation after a wipe. */
export class MemoryFeed implements Feed {
  #taker: Taker;
  #leave: () => void;
  #isGone = false;
  #isStopped = false;

  constructor(
    private readonly source: Source,
    private readonly sink: (delivery: Delivery) => void,
  ) {
    this.#taker = this.#newTaker(0);
    this.#leave = source.join(this.#taker);
  }

  request(count: number): void {
    this.#taker.credit += count;
    this.source.pump();
  }

  async stop(): Promise<void> {
    this.#leave();
    this.#isStopped = true;
    // What was handed out before is delivered in the next round of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** After a restart, a wipe or the deletion of the consumer: joins whatever is there now. */
  async rejoin(): Promise<void> {
    if (this.#isGone || this.#isStopped) return;
    this.#leave();
    await this.source.restore();
    this.#taker = this.#newTaker(this.#taker.credit);
    this.#leave = this.source.join(this.#taker);
    this.source.pump();
  }

  vanish(): void {
    this.#isGone = true;
    this.#leave();
  }

  #newTaker(credit: number): Taker {
    return {
      credit,
      take: (delivery) => !this.#isGone && this.sink(this.#mutedWhenGone(delivery)),
      lost: () => void this.rejoin(),
    };
  }

  #mutedWhenGone(delivery: Delivery): Delivery {
    const unlessGone = (tell: () => void): void => {
      if (!this.#isGone) tell();
    };
    return {
      ...delivery,
      ack: () => unlessGone(() => delivery.ack()),
      nak: (delayMs) => unlessGone(() => delivery.nak(delayMs)),
      working: () => unlessGone(() => delivery.working()),
      term: (reason) => unlessGone(() => delivery.term(reason)),
    };
  }
}
