import { readCsv } from './csv-reader';

const cells = (text: string, delimiter = ',') => readCsv(text, delimiter).rows.map((row) => row.cells);

function faults(text: string) {
  const { faults: found, positionOf } = readCsv(text, ',');
  return found.map(({ offset, message }) => ({ ...positionOf(offset), message }));
}

describe('CSV', () => {
  it('holds delimiters, line ends and doubled quotes inside quoted cells', () => {
    expect(cells('a,"b,\r\nc","d ""e"""\n1,,3')).toEqual([
      ['a', 'b,\r\nc', 'd "e"'],
      ['1', '', '3'],
    ]);
  });

  it('may end its lines in any of three ways, the last one not at all', () => {
    expect(cells('a\nb\r\nc\rd')).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('skips empty lines and the lines of delimiters that spreadsheets leave behind', () => {
    expect(cells('a,b\n\n,\n  ,\nc,d\n')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it.each([';', '\t', '|', ']', '^', '-', '\\'])('may be delimited by %j', (delimiter) => {
    expect(cells(`a${delimiter}b\n`, delimiter)).toEqual([['a', 'b']]);
  });

  it('knows the line of a row behind cells of several lines', () => {
    const { rows, positionOf } = readCsv('a,"x\ny"\n\nb,c', ',');
    expect(rows.map(({ starts }) => positionOf(starts[1] ?? 0))).toEqual([
      { line: 1, column: 3 },
      { line: 4, column: 3 },
    ]);
  });
});

describe('broken quoting', () => {
  it('gives one fault for each mistake, at its place, and hides no other', () => {
    const text = ['a,b', '1,"x"y', '2,ab"c', '3,ok', '4,"open', '5,ok'].join('\n');

    expect(faults(text)).toEqual([
      { line: 2, column: 6, message: 'text follows the closing quote of a cell' },
      { line: 3, column: 5, message: 'a quote stands inside a cell that does not begin with one' },
      { line: 5, column: 3, message: 'a quoted cell begins here and never ends' },
    ]);
    expect(cells(text)).toEqual([
      ['a', 'b'],
      ['3', 'ok'],
      ['5', 'ok'],
    ]);
  });

  it('is found where it began when a later quote seems to close it', () => {
    const text = 'a,b\n1,"open\n2,"fine"\n3,ok\n';

    expect(faults(text)).toEqual([
      { line: 2, column: 3, message: 'the quoted cell that begins here is not closed properly' },
    ]);
    expect(cells(text)).toContainEqual(['2', 'fine']);
  });
});
