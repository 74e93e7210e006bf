import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readCsv } from './csv-reader';

const sign = fc.constantFrom('a', 'ä', ' ', ',', ';', '"', '\n', '\r\n', '€', '0');
const cell = fc.array(sign, { maxLength: 6 }).map((signs) => signs.join(''));
const isBlank = (row: readonly string[]) => row.every((text) => text.trim() === '');

const quoted = (text: string) => (/[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe('any table', () => {
  it('is read back as it was written, without a fault', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 4 })),
        fc.constantFrom(',', ';'),
        (rows, sep) => {
          const text = rows.map((row) => row.map(quoted).join(sep)).join('\n');
          const read = readCsv(text, sep);
          expect(read.faults).toEqual([]);
          expect(read.rows.map((row) => row.cells)).toEqual(rows.filter((row) => !isBlank(row)));
        },
      ),
    );
  });

  it('is read as csv-parse reads it, whenever csv-parse reads it at all', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', ',', '"', '\n'), { maxLength: 30 }), (signs) => {
        const text = signs.join('');
        const read = readCsv(text, ',');
        expect(read.faults.length === 0 ? read.rows.map((row) => row.cells) : 'faulty').toEqual(
          byCsvParse(text),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

function byCsvParse(text: string): string[][] | 'faulty' {
  try {
    const rows: string[][] = parse(text, {
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: '\n',
    });
    return rows.filter((row) => !isBlank(row));
  } catch {
    return 'faulty';
  }
}
