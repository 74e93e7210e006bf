import { constants } from 'node:os';
import { Interrupted } from '../failures';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs work that ends early at a signal, so that it can give the terminal back. @throws Interrupted then */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  message: string,
): Promise<T> {
  const stop = new AbortController();
  let by: (typeof SIGNALS)[number] | undefined;
  const handlers = SIGNALS.map((name) => {
    const handle = (): void => {
      by ??= name;
      stop.abort();
    };
    process.on(name, handle);
    return () => process.off(name, handle);
  });
  try {
    const result = await work(stop.signal);
    if (by === undefined) return result;
    throw new Interrupted(128 + constants.signals[by], message);
  } finally {
    for (const remove of handlers) remove();
  }
}
