import type { Terminal } from '../terminal/terminal';

const REWRITE = '\r\u001b[K';

/** One line that counts while hosts are examined. Only on a terminal that can rewrite it. */
export class ProgressLine {
  constructor(
    private readonly terminal: Terminal,
    private readonly total: number,
  ) {
    this.show(0);
  }

  show(done: number): void {
    if (this.terminal.isScreen)
      this.terminal.stream.write(`${REWRITE}Hosts examined: ${done} of ${this.total}`);
  }

  /** Leaves the line as if nothing had been there. */
  clear(): void {
    if (this.terminal.isScreen) this.terminal.stream.write(REWRITE);
  }
}
