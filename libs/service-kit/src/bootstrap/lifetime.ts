import type { ServiceLogger } from '../logging/service-logger';

/** The part of `process` that decides about a service's life; tests pass their own. */
export interface HostProcess {
  on(event: string, listener: (reason: unknown) => void): unknown;
  off(event: string, listener: (reason: unknown) => void): unknown;
  exit(code: number): void;
}

export interface LifetimeOptions {
  readonly host: HostProcess;
  readonly logger: ServiceLogger;
  readonly closeTimeoutMs: number;
  /** Everything that must end in order. */
  readonly close: () => Promise<void>;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const CRASHES = ['unhandledRejection', 'uncaughtException'] as const;

/**
 * From now on a signal ends the service in order within `closeTimeoutMs`, a second signal at once, and an error that
 * nobody handled ends it at once with a log line: what is unfinished is redelivered, what is unknown stays unknown.
 * Returns how to let go again.
 */
export function superviseLifetime({ host, logger, closeTimeoutMs, close }: LifetimeOptions): () => void {
  let isClosing = false;
  const stop = (signal: string): void => {
    if (isClosing) {
      logger.warn({ signal }, 'second signal, leaving at once');
      return host.exit(1);
    }
    isClosing = true;
    logger.info({ signal }, 'shutting down');
    void closeInTime().then((code) => host.exit(code));
  };
  const closeInTime = async (): Promise<number> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not closed within ${closeTimeoutMs} ms`)), closeTimeoutMs);
    });
    try {
      await Promise.race([close(), late]);
      logger.info('shut down');
      return 0;
    } catch (error) {
      logger.error({ err: error }, 'shutdown was not orderly');
      return 1;
    } finally {
      clearTimeout(timer);
    }
  };
  const crash = (event: string, reason: unknown): void => {
    logger.fatal({ err: reason, event }, 'crashed');
    host.exit(1);
  };
  const listeners = new Map<string, (reason: unknown) => void>([
    ...SIGNALS.map((signal) => [signal, () => stop(signal)] as const),
    ...CRASHES.map((event) => [event, (reason: unknown) => crash(event, reason)] as const),
  ]);
  for (const [event, listener] of listeners) host.on(event, listener);
  return () => listeners.forEach((listener, event) => host.off(event, listener));
}
