import { setTimeout as delay } from 'node:timers/promises';
import { headers as newHeaders, type JetStreamClient, type JetStreamPublishOptions } from 'nats';
import type { Published, PublishOptions } from '../bus';
import { ConnectionLost, NoResponders, PublishTimeout } from '../errors';
import { growingDelayMs } from '../growing-delay';
import type { Admin } from './admin';
import type { Link } from './link';
import { publishError } from './nats-errors';

const RETRY = { firstMs: 20, capMs: 500 };

/** Stores messages, and tries again within the time given where trying again cannot store them twice. */
export class Publisher {
  constructor(
    private readonly client: JetStreamClient,
    private readonly link: Link,
    private readonly admin: Admin,
  ) {}

  async publish(
    subject: string,
    text: string,
    options: PublishOptions,
    timeoutMs: number,
  ): Promise<Published> {
    const deadline = Date.now() + timeoutMs;
    for (let failures = 1; ; failures += 1) {
      // Nothing is left in the client's offline buffer: it would be sent long after the caller was told it failed.
      if (!(await this.link.whenUp(deadline - Date.now()))) throw new PublishTimeout(subject, timeoutMs);
      try {
        return await this.#once(subject, text, options, Math.max(1, deadline - Date.now()));
      } catch (error) {
        const waitMs = growingDelayMs(failures, RETRY);
        if (!mayRepeat(error, options) || Date.now() + waitMs >= deadline) throw error;
        await delay(waitMs);
        if (error instanceof NoResponders) await this.#restore(subject, deadline);
      }
    }
  }

  async #once(subject: string, text: string, options: PublishOptions, timeoutMs: number): Promise<Published> {
    const sent = this.client.publish(subject, text, sendOptions(options, timeoutMs));
    try {
      const { stream, seq, duplicate } = await this.link.guard(sent);
      return { stream, sequence: seq, duplicate };
    } catch (error) {
      throw publishError(error, subject, timeoutMs, options.expectLastSequence);
    }
  }

  /** A failure here is only waited out: the next try fails again and tells the caller about the message itself. */
  async #restore(subject: string, deadline: number): Promise<void> {
    const bound = delay(Math.max(0, deadline - Date.now()), undefined, { ref: false });
    await Promise.race([this.admin.restoreStreamOf(subject).catch(() => undefined), bound]);
  }
}

/**
 * Nobody stored it, or it carries the id by which the server recognises a repetition. A publisher that counts
 * sequences is told at once: it has others on their way and must look where the stream ends.
 */
function mayRepeat(error: unknown, options: PublishOptions): boolean {
  if (options.expectLastSequence !== undefined) return false;
  return error instanceof NoResponders || (error instanceof ConnectionLost && options.msgId !== undefined);
}

function sendOptions(options: PublishOptions, timeoutMs: number): Partial<JetStreamPublishOptions> {
  const { msgId, headers, expectLastSequence } = options;
  const send: Partial<JetStreamPublishOptions> = { timeout: timeoutMs };
  if (msgId !== undefined) send.msgID = msgId;
  if (expectLastSequence !== undefined) send.expect = { lastSequence: expectLastSequence };
  if (headers !== undefined) {
    send.headers = newHeaders();
    for (const [key, value] of Object.entries(headers)) send.headers.set(key, value);
  }
  return send;
}
