import { Events, type NatsConnection } from 'nats';
import type { OnNotice } from '../bus';
import { ConnectionLost } from '../errors';

/** Whether the connection stands at the moment, and who wants to hear of changes. */
export class Link {
  #isUp = true;
  readonly #listeners = new Set<(isUp: boolean) => void>();

  constructor(
    nc: NatsConnection,
    private readonly notify: OnNotice,
  ) {
    void this.#watch(nc);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  listen(listener: (isUp: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The answer, or `ConnectionLost` as soon as the connection breaks: the answer would never come. */
  guard<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const release = this.listen((isUp) => {
        if (!isUp) settle(() => reject(new ConnectionLost()));
      });
      const settle = (tell: () => void): void => {
        release();
        tell();
      };
      answer.then(
        (value) => settle(() => resolve(value)),
        (error: Error) => settle(() => reject(error)),
      );
    });
  }

  /** Waits for the connection for at most `withinMs`; false when it did not come back. */
  whenUp(withinMs: number): Promise<boolean> {
    if (this.#isUp) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (value: boolean): void => {
        clearTimeout(timer);
        release();
        resolve(value);
      };
      const timer = setTimeout(() => done(false), Math.max(0, withinMs));
      const release = this.listen((isUp) => isUp && done(true));
    });
  }

  async #watch(nc: NatsConnection): Promise<void> {
    for await (const status of nc.status()) {
      if (status.type === Events.Disconnect) this.#set(false);
      else if (status.type === Events.Reconnect) this.#set(true);
    }
    this.#set(false);
  }

  #set(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    this.notify(
      isUp
        ? { code: 'connection-back', message: 'connected to NATS again', detail: {} }
        : { code: 'connection-lost', message: 'the connection to NATS is gone', detail: {} },
    );
    for (const listener of [...this.#listeners]) listener(isUp);
  }
}
