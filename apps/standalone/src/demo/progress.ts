const TICK_MS = 1_000;
const SECONDS_CELLS = ' ... 9999 s'.length;

/** Says what is being done; on a terminal with the seconds it has taken so far. */
export class Progress {
  private step: { readonly text: string; readonly startedMs: number } | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly out: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>) {}

  /** The next step; it lasts until the one after it, or `done`. */
  readonly next = (text: string): void => {
    this.done();
    this.step = { text: this.out.isTTY ? this.fitting(text) : text, startedMs: Date.now() };
    this.out.write(`${this.step.text} ...${this.out.isTTY ? '' : '\n'}`);
    if (this.out.isTTY) this.timer = setInterval(this.tick, TICK_MS).unref();
  };

  readonly done = (): void => {
    clearInterval(this.timer);
    if (this.step && this.out.isTTY) {
      this.tick();
      this.out.write('\n');
    }
    this.step = null;
  };

  /** A line that is broken by the terminal cannot be written over. */
  private fitting(text: string): string {
    const cells = Math.max(20, (this.out.columns || 80) - SECONDS_CELLS);
    return text.length <= cells ? text : `${text.slice(0, cells - 1)}…`;
  }

  private readonly tick = (): void => {
    if (!this.step) return;
    const seconds = Math.round((Date.now() - this.step.startedMs) / 1000);
    this.out.write(`\r${this.step.text} ... ${seconds} s`);
  };
}
