import { constants } from 'node:os';
import { Interrupted } from '../failures';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs work that ends early at a signal, or when the process that started us and kept a channel to us is gone, so that
 * it can give the terminal back. @throws Interrupted then
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  message: string,
): Promise<T> {
  const stop = new AbortController();
  let by: (typeof SIGNALS)[number] | undefined;
  const stopBy = (name: (typeof SIGNALS)[number]) => (): void => {
    by ??= name;
    stop.abort();
  };
  const handlers = [
    ...SIGNALS.map((name) => [name, stopBy(name)] as const),
    ['disconnect', stopBy('SIGHUP')] as const,
  ];
  for (const [event, handle] of handlers) process.on(event, handle);
  try {
    const result = await work(stop.signal);
    if (by === undefined) return result;
    throw new Interrupted(128 + constants.signals[by], message);
  } finally {
    for (const [event, handle] of handlers) process.off(event, handle);
  }
}
