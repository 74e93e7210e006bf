import { painter } from './style';
import { table } from './table';
import { widthOf } from './width';

const HEADER = ['job', 'status', 'why'];

describe('a table', () => {
  it('stands in columns whatever characters names are made of', () => {
    const rows = [
      ['STOP_WEB_日本', 'running', 'x'],
      ['STOP_WEB_a\u0308', 'failed', 'y'],
    ];
    const lines = table(HEADER, rows).split('\n');
    const before = lines.map((line) => widthOf(line.slice(0, line.search(/(why|x|y)$/))));
    expect(new Set(before).size).toBe(1);
  });

  it('keeps each cell on its line and free of control characters', () => {
    const text = table(['a', 'b'], [['one\ntwo', '\u001b[2Jx']]);
    expect(text).toBe('a        b\none two  \ufffd[2Jx');
  });

  it('has nothing behind the last word of a line', () => {
    expect(table(HEADER, [['a', '', '']])).toBe('job  status  why\na');
  });

  it('cuts the last column where the line ends', () => {
    const lines = table(HEADER, [['a', 'failed', 'because '.repeat(9)]], { width: 50 }).split('\n');
    expect(lines.map(widthOf)).toEqual([16, 50]);
    expect(lines[1]).toMatch(/…$/);
  });

  it('gives the last column a line of its own where nothing would be left of it', () => {
    const why = 'it waits for the database to be stopped';
    const lines = table(
      HEADER,
      [
        ['a'.repeat(30), 'failed', why],
        ['b', 'done', ''],
      ],
      { width: 50 },
    );
    expect(lines.split('\n')).toEqual([
      `job${' '.repeat(27)}  status`,
      `${'a'.repeat(30)}  failed`,
      `    ${why}`,
      `b${' '.repeat(29)}  done`,
    ]);
  });

  it('is never cut where a line has no end', () => {
    expect(table(HEADER, [['a', 'b', 'c'.repeat(500)]])).toContain('c'.repeat(500));
  });

  it('paints cells without moving them', () => {
    const rows = [[{ text: 'failed', style: 'red' as const }, 'x']];
    const painted = table(['a', 'b'], rows, { paint: painter(true) });
    expect(painted).toContain('\u001b[31mfailed\u001b[0m  x');
    // eslint-disable-next-line no-control-regex -- our own colours
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(table(['a', 'b'], rows));
  });
});
