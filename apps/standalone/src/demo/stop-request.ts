/** Somebody wants us to end. */
export interface StopRequest {
  readonly signal: AbortSignal;
  /** Resolves at the first request. */
  readonly asked: Promise<void>;
}

/** Listens for Ctrl-C and its kin. The first one asks for an orderly stop; the second one does not wait for it. */
export function stopRequest(onImpatience: () => void): StopRequest {
  const controller = new AbortController();
  const ask = (): void => {
    if (controller.signal.aborted) onImpatience();
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, ask);
  const { signal } = controller;
  const asked = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  return { signal, asked };
}
