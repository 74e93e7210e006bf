import type { Msg, NatsConnection } from 'nats';
import { type CommandHandler, type OnNotice, type ServeOptions, type Serving, textOf } from '../bus';
import { reasonOf } from '../errors';
import { answerTo, BUSY, DEFAULT_MAX_CONCURRENT, DEFAULT_QUEUE } from '../replies';

/** Answers commands on a core NATS subject; at most `maxConcurrent` at once, the rest are told to come back. */
export function serveCommands(
  wiring: { nc: NatsConnection; notify: OnNotice },
  subject: string,
  handler: CommandHandler,
  options: ServeOptions = {},
): Serving & { drain(graceMs: number): Promise<void> } {
  const { queue = DEFAULT_QUEUE, maxConcurrent = DEFAULT_MAX_CONCURRENT } = options;
  const running = new Set<Promise<void>>();

  const answer = async (msg: Msg): Promise<void> => {
    const reply = await answerTo(handler, { subject: msg.subject, raw: msg.string() }, wiring.notify);
    if (reply !== undefined) respond(msg, reply);
  };
  const respond = (msg: Msg, reply: unknown): void => {
    try {
      msg.respond(textOf(reply));
    } catch (error) {
      const detail = { subject: msg.subject, reason: reasonOf(error) };
      wiring.notify({ code: 'reply-failed', message: 'a reply could not be sent', detail, error });
    }
  };
  const subscription = wiring.nc.subscribe(subject, {
    ...(queue === false ? {} : { queue }),
    callback: (error, msg) => {
      if (error !== null) {
        wiring.notify({ code: 'reply-failed', message: error.message, detail: { subject }, error });
      } else if (running.size >= maxConcurrent) {
        respond(msg, BUSY);
      } else {
        const task = answer(msg).finally(() => running.delete(task));
        running.add(task);
      }
    },
  });
  const drain = async (graceMs: number): Promise<void> => {
    if (!subscription.isClosed()) subscription.unsubscribe();
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([Promise.allSettled(running), bound]);
    clearTimeout(timer);
  };
  return { stop: () => drain(5_000), drain };
}
