/** People look at forecasts as they look at clocks: older than this, they are wrong. */
const PAUSE_MS = 2_000;
/** A forecast of a very large campaign takes its time: this many times it is left for everything else. */
const LEISURE = 19;

/** When a campaign is forecast again: every two seconds, or more rarely where that would take more than a twentieth. */
export class ForecastPace {
  private nextMs = 0;

  isDue(nowMs: number): boolean {
    return nowMs >= this.nextMs;
  }

  /** A forecast began at this moment and took so long. */
  took(nowMs: number, tookMs: number): void {
    this.nextMs = nowMs + Math.max(PAUSE_MS, tookMs * LEISURE);
  }
}
