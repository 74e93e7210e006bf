import { setTimeout as delay } from 'node:timers/promises';
import { describeExit, type Part, type RunningPart } from './part';

/** How patient the keeper is with a part that ends. */
export interface RestartRules {
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** After so many failed starts or short lives in a row it gives up. */
  readonly attempts: number;
  /** A part that lived so long counts as healthy again. */
  readonly healthyAfterMs: number;
}

export const RESTART_RULES: RestartRules = {
  firstDelayMs: 250,
  longestDelayMs: 15_000,
  attempts: 8,
  healthyAfterMs: 60_000,
};

/** A part that is started again when it ends. */
export interface KeptPart {
  readonly name: string;
  /** Process id, or undefined between two lives. */
  readonly pid: () => number | undefined;
  readonly restarts: () => number;
  /** Resolves with the reason when the keeper gives up; stays open otherwise. */
  readonly gaveUp: Promise<Error>;
  readonly stop: () => Promise<void>;
}

export interface KeepOptions {
  readonly report: (line: string) => void;
  readonly rules?: RestartRules;
}

/** Starts a part and keeps it running. Rejects when the first start fails: that is a fault of the installation. */
export async function keepRunning(part: Part, options: KeepOptions): Promise<KeptPart> {
  const keeper = new Keeper(part, options.report, options.rules ?? RESTART_RULES);
  await keeper.begin();
  return keeper;
}

class Keeper implements KeptPart {
  readonly name: string;
  readonly gaveUp: Promise<Error>;
  private readonly stopping = new AbortController();
  private running: RunningPart | undefined;
  private restartCount = 0;
  private giveUp: (error: Error) => void = () => undefined;
  private watch: Promise<void> = Promise.resolve();

  constructor(
    private readonly part: Part,
    private readonly report: (line: string) => void,
    private readonly rules: RestartRules,
  ) {
    this.name = part.name;
    this.gaveUp = new Promise((resolve) => (this.giveUp = resolve));
  }

  readonly pid = (): number | undefined => this.running?.pid;
  readonly restarts = (): number => this.restartCount;

  async begin(): Promise<void> {
    this.running = await this.part.start();
    this.watch = this.keep(this.running);
  }

  readonly stop = async (): Promise<void> => {
    this.stopping.abort();
    await this.running?.stop();
    await this.watch;
  };

  private async keep(first: RunningPart): Promise<void> {
    let current: RunningPart | undefined = first;
    let failures = 0;
    while (current) {
      const bornAt = Date.now();
      const exit = await current.exited;
      this.running = undefined;
      if (this.stopping.signal.aborted) return;
      if (Date.now() - bornAt >= this.rules.healthyAfterMs) failures = 0;
      this.report(`${this.name} ended (${describeExit(exit)})`);
      current = await this.startAgain(failures);
      failures += 1;
    }
  }

  /** The next life, or undefined when we stop or have tried often enough. */
  private async startAgain(failuresSoFar: number): Promise<RunningPart | undefined> {
    for (let failures = failuresSoFar + 1; failures <= this.rules.attempts; failures += 1) {
      await this.pause(failures);
      if (this.stopping.signal.aborted) return undefined;
      const next = await this.tryStart();
      if (next) return next;
    }
    this.giveUp(new Error(`${this.name} does not stay up after ${this.rules.attempts} attempts`));
    return undefined;
  }

  private async tryStart(): Promise<RunningPart | undefined> {
    try {
      const next = await this.part.start();
      this.restartCount += 1;
      this.running = next;
      this.report(`${this.name} is running again`);
      // A stop that came while it was starting found nothing to stop.
      if (this.stopping.signal.aborted) await next.stop();
      return next;
    } catch (error) {
      this.report(`${this.name} did not start: ${(error as Error).message}`);
      return undefined;
    }
  }

  private async pause(failures: number): Promise<void> {
    const { firstDelayMs, longestDelayMs } = this.rules;
    const pauseMs = Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs);
    // Rejects when we stop meanwhile; the caller looks at the signal.
    await delay(pauseMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
