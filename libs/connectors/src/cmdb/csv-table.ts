import type { Fault } from '@patchtide/contracts';
import { type CsvRow, type CsvText, readCsv } from './csv-reader';
import { nearest } from './nearest';
import type { Position } from './position';

/** One row under its header. `cell` gives trimmed text, '' for an empty cell or an absent column. */
export interface TableRow {
  /** Number among the rows that hold data, from 0. */
  number: number;
  cell(column: string): string;
  /** Where the cell stands; where the row begins for a column that is absent. */
  at(column?: string): Position;
}

export interface Table {
  columns: readonly string[];
  rows: readonly TableRow[];
  headerAt: Position;
  faults: Fault[];
}

const DELIMITERS = [',', ';', '\t', '|'];

/** Reads CSV with a header row. Without a delimiter the header decides; a `sep=` line, as Excel writes it, wins. */
export function readTable(text: string, file: string, delimiter?: string): Table {
  const hint = /^sep=(.)\r?\n/i.exec(text);
  // Blanked out rather than cut off, so that every position stays what the reader's editor shows.
  const body = hint ? text.replace(/^[^\r\n]*/, (line) => ' '.repeat(line.length)) : text;
  const csv = readCsv(body, delimiter ?? hint?.[1] ?? guessDelimiter(body));
  const place = (offset: number): Position => ({ file, ...csv.positionOf(offset) });
  const faults: Fault[] = csv.faults.map(({ offset, message }) => ({
    path: '',
    message,
    remedy: QUOTING,
    ...place(offset),
  }));
  const [header, ...rows] = csv.rows;
  if (!header) {
    faults.push({
      path: '',
      message: 'has no header row',
      remedy: 'Name the columns in the first row.',
      ...place(0),
    });
    return { columns: [], rows: [], headerAt: place(0), faults };
  }
  const columns = header.cells.map((cell) => cell.trim());
  faults.push(...headerFaults(header, columns, csv, place));
  const fitting = rows.filter((row) => {
    const fault = widthFault(row, columns.length, place);
    if (fault) faults.push(fault);
    return !fault;
  });
  const indexOf = new Map([...columns.entries()].reverse().map(([index, name]) => [name, index]));
  const table = fitting.map((row, number) => tableRow(row, number, { indexOf, place }));
  return {
    columns: columns.filter((name) => name !== ''),
    rows: table,
    headerAt: place(header.starts[0] ?? 0),
    faults,
  };
}

const QUOTING = 'Put quotes around the whole cell, and write a quote inside it twice.';

function tableRow(
  row: CsvRow,
  number: number,
  { indexOf, place }: { indexOf: ReadonlyMap<string, number>; place: (offset: number) => Position },
): TableRow {
  const start = row.starts[0] ?? 0;
  return {
    number,
    cell: (column) => row.cells[indexOf.get(column) ?? -1]?.trim() ?? '',
    at: (column) => place(column === undefined ? start : (row.starts[indexOf.get(column) ?? -1] ?? start)),
  };
}

function headerFaults(
  header: CsvRow,
  columns: string[],
  csv: CsvText,
  place: (offset: number) => Position,
): Fault[] {
  return columns.flatMap((name, index) => {
    const at = place(header.starts[index] ?? 0);
    if (name === '') {
      const isUsed = csv.rows.some((row, number) => number > 0 && (row.cells[index] ?? '').trim() !== '');
      const message = `column ${index + 1} holds data but has no name`;
      return isUsed ? [{ path: '', message, remedy: 'Name the column, or empty it.', ...at }] : [];
    }
    if (columns.indexOf(name) === index) return [];
    return [{ path: '', message: `column "${name}" stands here twice`, remedy: 'Keep one of them.', ...at }];
  });
}

/** Empty cells beyond the header are what spreadsheets leave behind; anything else is a row that has slipped. */
function widthFault(row: CsvRow, width: number, place: (offset: number) => Position): Fault | undefined {
  const { cells } = row;
  const isExact = cells.length === width;
  const isPadded = cells.length > width && cells.slice(width).every((cell) => cell.trim() === '');
  if (isExact || isPadded) return undefined;
  const message = `the row has ${cells.length} cells, the header ${width}`;
  return {
    path: '',
    message,
    remedy: 'Add or remove cells; quote cells that hold the delimiter.',
    ...place(row.starts[0] ?? 0),
  };
}

function guessDelimiter(text: string): string {
  const header = (/[^\r\n]*\S[^\r\n]*/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((sign) => header.split(sign).length - 1);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** A fault for every wanted column that the header lacks, with the header's nearest name. */
export function missingColumns(table: Table, wanted: readonly { column: string; why: string }[]): Fault[] {
  return wanted
    .filter(({ column }) => !table.columns.includes(column))
    .map(({ column, why }) => {
      const near = nearest(column, table.columns);
      return {
        path: '',
        message: `column "${column}" is missing; ${why}`,
        remedy: near
          ? `Add it, or rename "${near}".`
          : `Add it. The header has: ${table.columns.join(', ')}.`,
        ...table.headerAt,
      };
    });
}
