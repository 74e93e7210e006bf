import { Injectable } from '@nestjs/common';
import { withoutSecrets } from '../logging/redaction';

/** Resolves when something the service needs is there, rejects with the reason when it is not. */
export type ReadinessCheck = (signal: AbortSignal) => unknown;

export interface ReadinessReport {
  readonly isReady: boolean;
  /** `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>;
}

const DEFAULT_TIMEOUT_MS = 2_000;

/** What must be there before a service gets traffic. */
@Injectable()
export class Readiness {
  readonly #checks = new Map<string, { check: ReadinessCheck; timeoutMs: number }>();
  #isShuttingDown = false;

  /** Adds a named check. It counts as failed after `timeoutMs` (default 2,000). */
  add(name: string, check: ReadinessCheck, timeoutMs = DEFAULT_TIMEOUT_MS): void {
    this.#checks.set(name, { check, timeoutMs });
  }

  /** From now on not ready, whatever the checks say: no new traffic while we finish. */
  shutDown(): void {
    this.#isShuttingDown = true;
  }

  async report(): Promise<ReadinessReport> {
    const named = [...this.#checks].map(async ([name, { check, timeoutMs }]) => [
      name,
      await run(check, timeoutMs),
    ]);
    const checks = Object.fromEntries((await Promise.all(named)) as [string, string][]);
    if (this.#isShuttingDown) checks['shutdown'] = 'the service is shutting down';
    return { isReady: Object.values(checks).every((outcome) => outcome === 'ok'), checks };
  }
}

async function run(check: ReadinessCheck, timeoutMs: number): Promise<string> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      over.abort(new Error('the check took too long'));
      resolve(`no answer within ${timeoutMs} ms`);
    }, timeoutMs);
  });
  const answer = async (): Promise<string> => {
    try {
      await check(over.signal);
      return 'ok';
    } catch (error) {
      return withoutSecrets(error instanceof Error ? error.message : String(error)) || 'failed';
    }
  };
  return Promise.race([answer(), late]).finally(() => clearTimeout(timer));
}
