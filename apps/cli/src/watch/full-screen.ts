import { lineWidth, renderLine } from '../terminal/line';
import type { Terminal } from '../terminal/terminal';
import { boardLines } from './board';
import type { Picture } from './picture';
import type { View } from './view';

/** The alternate screen, so that the board never mixes with what was there; no cursor, no wrapping of long lines. */
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const CLOSE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const BEGIN = '\u001b[?2026h\u001b[H';
const TO_LINE_END = '\u001b[K';
const END = '\u001b[J\u001b[?2026l';
const ROWS = 24;

/** The board on a whole terminal, painted over itself without clearing, and printed once at the end. */
export class FullScreen implements View {
  private last: Picture | null = null;
  private isOpen = false;

  constructor(private readonly terminal: Terminal) {
    this.open();
    terminal.stream.on('resize', this.repaint);
    process.on('exit', this.leave);
    process.on('SIGTSTP', this.suspend);
    process.on('SIGCONT', this.resume);
  }

  show(picture: Picture): void {
    this.last = picture;
    this.repaint();
  }

  close(): void {
    const { stream } = this.terminal;
    stream.off('resize', this.repaint);
    process.off('exit', this.leave);
    process.off('SIGTSTP', this.suspend);
    process.off('SIGCONT', this.resume);
    this.leave();
    if (this.last) stream.write(`${this.rendered(this.last).join('\n')}\n`);
  }

  private readonly repaint = (): void => {
    if (!this.last || !this.isOpen) return;
    const rows = this.terminal.stream.rows ?? ROWS;
    this.terminal.stream.write(`${BEGIN}${this.rendered(this.last, rows).join('\r\n')}${END}`);
  };

  private rendered(picture: Picture, rows?: number): string[] {
    const { isUnicode, paint } = this.terminal;
    const cells = this.terminal.width() ?? 0;
    const lines = boardLines(picture, { cells, isUnicode, ...(rows === undefined ? {} : { rows }) });
    // Behind a full line the cursor stands on its last cell, which must not be cleared.
    const clear = (width: number) => (rows !== undefined && width < cells ? TO_LINE_END : '');
    return lines.map((line) => `${renderLine(line, cells, paint)}${clear(lineWidth(line))}`);
  }

  private open(): void {
    this.isOpen = true;
    this.terminal.stream.write(OPEN);
  }

  private readonly leave = (): void => {
    if (this.isOpen) this.terminal.stream.write(CLOSE);
    this.isOpen = false;
  };

  /** Ctrl-Z gives the terminal back as it was. */
  private readonly suspend = (): void => {
    this.leave();
    process.kill(process.pid, 'SIGSTOP');
  };

  private readonly resume = (): void => {
    this.open();
    this.repaint();
  };
}
