const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_BELOW = '\u001b[0J';

/** A log must not fill with the progress of one night. */
const LINE_EVERY_MS = 2_000;

/** A block of lines that is repainted in place on a terminal, and one line per change elsewhere. */
export class Screen {
  private painted = 0;
  private lastLine = '';
  private saidAtMs = 0;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly color: boolean,
  ) {
    if (out.isTTY) out.write(HIDE_CURSOR);
  }

  get width(): number {
    return Math.max(60, Math.min(this.out.columns ?? 100, 160));
  }

  /** Shows the block; off a terminal only the line, and only when it differs from the last apart from its time. */
  paint(lines: readonly string[], line: string): void {
    if (!this.out.isTTY) {
      this.say(line, Date.now());
      return;
    }
    const rows = lines.slice(0, Math.max(5, (this.out.rows ?? 40) - 1));
    const back = this.painted > 0 ? `\u001b[${this.painted}A\r` : '';
    this.out.write(`${back}${CLEAR_BELOW}${rows.map((row) => (this.color ? row : plain(row))).join('\n')}\n`);
    this.painted = rows.length;
  }

  /** At most a line every two seconds, and none that says what the last one said. */
  private say(line: string, nowMs: number): void {
    const said = line.slice(25);
    if (said === this.lastLine || nowMs - this.saidAtMs < LINE_EVERY_MS) return;
    this.out.write(`${line}\n`);
    this.lastLine = said;
    this.saidAtMs = nowMs;
  }

  close(): void {
    if (this.out.isTTY) this.out.write(SHOW_CURSOR);
  }
}

function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- removes the colours that the board puts in
  return text.replace(/\u001b\[\d+m/g, '');
}
