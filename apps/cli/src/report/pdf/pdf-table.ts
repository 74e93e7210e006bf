import type { Ink, Sheet } from './sheet';

export interface Column {
  readonly title: string;
  /** Of the whole width, from 0 to 1. */
  readonly share: number;
  readonly isNumber?: boolean;
}

/** A text of a cell; each begins a line of its own. */
export interface Part {
  readonly text: string;
  readonly ink: Ink;
}

export type Row = readonly (readonly Part[])[];

export interface TableOptions {
  /** Ink of the line that names the columns. */
  readonly head: Ink;
  /** Stands over the columns, and again with ", continued" on every further page; readers' lists of contents have it. */
  readonly caption?: Part;
  /** Points above and below the text of a row. */
  readonly padding: number;
}

const LINE = 11;
/** A rule looks nearer to the text below it than to the text above it. */
const BELOW_RULE = 1.5;
const GAP = 10;
const COLOUR = '#d9dfe5';

interface Laid {
  /** The lines of each cell. */
  readonly cells: readonly (readonly Part[])[];
  readonly count: number;
  readonly height: number;
}

/** Rows under their columns' names, on as many pages as they take. */
export class PdfTable {
  constructor(
    private readonly sheet: Sheet,
    private readonly columns: readonly Column[],
    private readonly options: TableOptions,
  ) {}

  /**
   * Draws the rows; every page names the columns again. A row stays on one page when it fits on one at all, and the names
   * are never left alone at the foot of a page.
   */
  draw(rows: readonly Row[]): void {
    const { sheet } = this;
    const laid = rows.map((row) => this.lay(row));
    const least = Math.min(laid[0]?.height ?? 0, sheet.wholeRoom / 3);
    if (sheet.room < this.headHeight + least) sheet.turn();
    const { caption } = this.options;
    if (caption) sheet.subBookmark(caption.text);
    this.drawHead('');
    for (const row of laid) this.drawRow(row);
  }

  private get headHeight(): number {
    return LINE * (this.options.caption ? 3 : 1) + 4;
  }

  private lay(row: Row): Laid {
    const cells = row.map((cell, i) => {
      const width = (this.columns[i]?.share ?? 0) * this.sheet.width - GAP;
      const parts = cell.filter(({ text }) => text !== '');
      return parts.flatMap(({ text, ink }) =>
        this.sheet.lines(text, width, ink).map((line) => ({ text: line, ink })),
      );
    });
    const count = Math.max(1, ...cells.map(({ length }) => length));
    return { cells, count, height: count * LINE + 2 * this.options.padding };
  }

  private turn(): void {
    this.sheet.turn();
    this.drawHead(', continued');
  }

  private drawHead(suffix: string): void {
    const { sheet, columns } = this;
    const { caption, head } = this.options;
    if (caption) {
      sheet.paragraph(`${caption.text}${suffix}`, caption.ink);
      sheet.down(2);
    }
    this.drawLine(columns.map(({ title }) => ({ text: title, ink: head })));
    sheet.down(LINE + 2);
    sheet.rule(COLOUR, 1.5);
  }

  private drawRow({ cells, count, height }: Laid): void {
    const { sheet } = this;
    const { padding } = this.options;
    if (sheet.room < height && height < sheet.wholeRoom - this.headHeight) this.turn();
    sheet.down(padding + BELOW_RULE);
    for (let i = 0; i < count; i++) {
      if (sheet.room < LINE + padding) {
        this.turn();
        sheet.down(padding + BELOW_RULE);
      }
      this.drawLine(cells.map((lines) => lines[i]));
      sheet.down(LINE);
    }
    sheet.down(padding - BELOW_RULE);
    sheet.rule(COLOUR, 0.5);
  }

  /** One line of each cell, side by side. */
  private drawLine(lines: readonly (Part | undefined)[]): void {
    const { sheet } = this;
    let x = sheet.left;
    this.columns.forEach(({ share, isNumber }, i) => {
      const width = share * sheet.width;
      const line = lines[i];
      if (line) sheet.put(line.text, x, line.ink, isNumber === true ? width - 2 * GAP : undefined);
      x += width;
    });
  }
}
