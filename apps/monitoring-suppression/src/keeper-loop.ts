import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignIndex } from './campaign-index';
import type { Keeper } from './keeper';

export interface KeeperLoopOptions {
  readonly everyMs: number;
  readonly now: () => Date;
  /** A round that broke off because our own store could not be reached; the next one tries again. */
  readonly onBroken: (error: unknown) => void;
}

/** Lets the keeper look round again and again until it is told to stop. */
export class KeeperLoop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private lastRoundMs: number | undefined;

  constructor(
    private readonly keeper: Pick<Keeper, 'round'>,
    private readonly index: Pick<CampaignIndex, 'seed'>,
    private readonly options: KeeperLoopOptions,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Ends the round underway as soon as its calls end. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** When the last whole round ended; undefined before the first one. */
  get lastRoundAtMs(): number | undefined {
    return this.lastRoundMs;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let isSeeded = false;
    while (!signal.aborted) {
      try {
        if (!isSeeded) await this.index.seed();
        isSeeded = true;
        await this.keeper.round(signal);
        this.lastRoundMs = this.options.now().getTime();
      } catch (error) {
        if (!signal.aborted) this.options.onBroken(error);
      }
      await sleep(this.options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
