/** Waits for a condition, looking every few milliseconds; rejects after the deadline. */
export async function until(condition: () => boolean | Promise<boolean>, deadlineMs = 30_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Starts a loop and returns how to end it: ends it, waits for it and passes on its rejection. */
export function running(loop: { run(signal: AbortSignal): Promise<void> }): () => Promise<void> {
  const stop = new AbortController();
  const finished = loop.run(stop.signal);
  finished.catch(() => undefined);
  return async () => {
    stop.abort();
    await finished;
  };
}
