import { lineIndex } from './position';

export interface CsvRow {
  /** Offsets of the cells in the text, for people who must find them. */
  starts: readonly number[];
  cells: readonly string[];
}

export interface CsvQuoteFault {
  offset: number;
  message: string;
}

export interface CsvText {
  rows: CsvRow[];
  faults: CsvQuoteFault[];
  positionOf: (offset: number) => { line: number; column: number };
}

/**
 * Splits CSV (RFC 4180; any of the three line ends) into rows, and goes on after a broken quote at the line after the
 * one where the quote was opened: one mistake gives one fault and hides no other. csv-parse, which does the rest of
 * the world's CSV well, stops or goes astray there, and knows the line only where a row ends.
 */
export function readCsv(text: string, delimiter: string): CsvText {
  const reader = new CsvReader(text, delimiter);
  reader.readAll();
  return { rows: reader.rows, faults: reader.faults, positionOf: lineIndex(text) };
}

class CsvReader {
  readonly rows: CsvRow[] = [];
  readonly faults: CsvQuoteFault[] = [];
  private at = 0;
  private readonly bareEnd: RegExp;

  constructor(
    private readonly text: string,
    private readonly delimiter: string,
  ) {
    this.bareEnd = new RegExp(`[\\r\\n"${delimiter.replace(/[\]\\^-]/, '\\$&')}]`, 'g');
  }

  readAll(): void {
    while (this.at < this.text.length) {
      const row = this.readRow();
      if (row && row.cells.some((cell) => cell.trim() !== '')) this.rows.push(row);
    }
  }

  private readRow(): CsvRow | undefined {
    const [starts, cells]: [number[], string[]] = [[], []];
    for (;;) {
      starts.push(this.at);
      const cell = this.text[this.at] === '"' ? this.readQuoted() : this.readBare();
      if (cell === undefined) return undefined;
      cells.push(cell);
      if (this.text[this.at] !== this.delimiter) break;
      this.at += 1;
    }
    this.skipLineEnd();
    return { starts, cells };
  }

  private readBare(): string | undefined {
    const start = this.at;
    this.bareEnd.lastIndex = start;
    this.at = this.bareEnd.exec(this.text)?.index ?? this.text.length;
    if (this.text[this.at] !== '"') return this.text.slice(start, this.at);
    return this.giveUp(this.at, this.at, 'a quote stands inside a cell that does not begin with one');
  }

  private readQuoted(): string | undefined {
    const start = this.at;
    let value = '';
    for (;;) {
      const end = this.text.indexOf('"', this.at + 1);
      if (end < 0) return this.giveUp(start, start, 'a quoted cell begins here and never ends');
      value += this.text.slice(this.at + 1, end);
      this.at = end + 1;
      if (this.text[this.at] !== '"') break;
      value += '"';
    }
    const next = this.text[this.at];
    if (next === undefined || next === this.delimiter || next === '\r' || next === '\n') return value;
    const isOneLine = !/[\r\n]/.test(this.text.slice(start, this.at));
    return isOneLine
      ? this.giveUp(this.at, start, 'text follows the closing quote of a cell')
      : this.giveUp(start, start, 'the quoted cell that begins here is not closed properly');
  }

  /** Reports, and goes on at the line after `resumeFrom`. */
  private giveUp(offset: number, resumeFrom: number, message: string): undefined {
    this.faults.push({ offset, message });
    const end = /[\r\n]/g;
    end.lastIndex = resumeFrom;
    this.at = end.exec(this.text)?.index ?? this.text.length;
    this.skipLineEnd();
  }

  private skipLineEnd(): void {
    if (this.text[this.at] === '\r' && this.text[this.at + 1] === '\n') this.at += 1;
    this.at += 1;
  }
}
