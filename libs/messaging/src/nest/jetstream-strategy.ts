import { HttpException } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Bus, Command, Serving } from '../bus';
import { consume, type ConsumeOptions, type Consumption, type Message } from '../consume';
import { Poison } from '../errors';
import type { HandlerResult } from '../verdict';
import { JetStreamContext } from './jetstream-context';

export interface JetStreamStrategyOptions {
  readonly bus: Bus;
  /** What this service consumes. `@EventPattern` names one of these by its durable name or its filter subject. */
  readonly consumers: readonly ConsumeOptions[];
  /** How long handlers may take to finish at shutdown. Default 5,000. */
  readonly drainMs?: number;
}

/**
 * Nest handlers on JetStream. `@EventPattern(<durable or filter subject>)` receives the messages of a consumer and its
 * message is acked only after the handler's effect: Nest hides an exception in an Observable, so it is awaited to
 * its end. `@MessagePattern(<subject>)` answers commands. Needs `OriginalErrorFilter` (or one like it) globally.
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('jetstream');
  readonly #running: (Consumption | Serving)[] = [];

  constructor(private readonly options: JetStreamStrategyOptions) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.#start().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  async close(): Promise<void> {
    const { drainMs = 5_000 } = this.options;
    const ends = this.#running.splice(0).map((one) => ('drain' in one ? one.drain(drainMs) : one.stop()));
    await Promise.all(ends);
  }

  on(event: string): never {
    throw new Error(`The JetStream strategy has no event "${event}"; use the bus's notices.`);
  }

  unwrap<T>(): T {
    return this.options.bus as T;
  }

  async #start(): Promise<void> {
    for (const [pattern, handler] of this.messageHandlers) {
      this.#running.push(
        await (handler.isEventHandler ? this.#consume(pattern, handler) : this.#serve(pattern, handler)),
      );
    }
  }

  #consume(pattern: string, handler: MessageHandler): Promise<Consumption> {
    const { bus, consumers } = this.options;
    const spec = consumers.find(
      ({ durable, filterSubject }) => durable === pattern || filterSubject === pattern,
    );
    if (spec === undefined) {
      const known = consumers.map(({ durable }) => durable).join(', ') || 'none';
      throw new Error(`@EventPattern('${pattern}') names no consumer of this service. Known are: ${known}.`);
    }
    return consume(bus, spec, (message) => this.#handle(handler, message));
  }

  #serve(pattern: string, handler: MessageHandler): Promise<Serving> {
    const { bus } = this.options;
    return bus.serve(pattern, ({ subject, data }: Command) => {
      const signal = new AbortController().signal;
      const origin = { raw: '', headers: {}, sequence: 0, deliveries: 1, working: () => undefined, signal };
      return this.#run(handler, { subject, data, ...origin });
    });
  }

  async #handle(handler: MessageHandler, message: Message): Promise<HandlerResult> {
    try {
      return (await this.#run(handler, message)) as HandlerResult;
    } catch (error) {
      throw isBadMessage(error) ? new Poison(describe(error), { cause: error }) : asError(error);
    }
  }

  async #run(handler: MessageHandler, message: Message): Promise<unknown> {
    const context = new JetStreamContext(message);
    const toItsEnd = async (): Promise<unknown> => {
      const result: unknown = await handler(message.data, context);
      return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
    };
    try {
      return await new Promise<unknown>((resolve, reject) => {
        this.onProcessingStartHook(this.transportId, context, () => toItsEnd().then(resolve, reject));
      });
    } finally {
      this.onProcessingEndHook?.(this.transportId, context);
    }
  }
}

/** A validation pipe said no: the same bytes will never be valid. */
function isBadMessage(error: unknown): error is HttpException {
  return error instanceof HttpException && (error.getStatus() === 400 || error.getStatus() === 422);
}

function describe(error: HttpException): string {
  const body = error.getResponse();
  const faults = typeof body === 'object' && 'message' in body ? body.message : undefined;
  return Array.isArray(faults) ? `${error.message}: ${faults.map(String).join('; ')}` : error.message;
}

/** Nest's own filter throws plain objects. */
function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  const message = (error as { message?: unknown } | null)?.message;
  return new Error(typeof message === 'string' ? message : 'the handler failed', { cause: error });
}
