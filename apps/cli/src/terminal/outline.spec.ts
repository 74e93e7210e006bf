import { outline } from './outline';
import { painter } from './style';

const plain = { paint: painter(false) };

it('indents rows, aligns the cells of all of them, and leaves nothing behind the last word', () => {
  const rows = [
    { depth: 0, text: 'night' },
    { depth: 1, cells: [{ text: 'a' }, { text: 'one' }, { text: '' }] },
    null,
    { depth: 2, cells: [{ text: 'bcd' }, { text: 'four' }, { text: 'x' }] },
  ];
  expect(outline(rows, plain).split('\n')).toEqual(['night', '  a      one', '', '    bcd  four  x']);
});

it('breaks text between words, further lines under the first; a label keeps its column', () => {
  const rows = [
    { depth: 1, text: 'one two three four five six' },
    { depth: 0, label: 'digest', text: 'sha256:0123456789012345678901234567 and more' },
  ];
  expect(outline(rows, { ...plain, width: 24 }).split('\n')).toEqual([
    '  one two three four',
    '    five six',
    'digest      sha256:0123456789012345678901234567',
    '            and more',
  ]);
});

it('cuts a row of cells where the line ends', () => {
  const row = { depth: 1, cells: [{ text: '22:00' }, { text: 'STOP_DB_crm-db-01' }] };
  expect(outline([row], { ...plain, width: 16 })).toBe('  22:00  STOP_D…');
});

it('cannot be driven by what it shows', () => {
  const rows = [
    { depth: 0, text: 'a\u001b[2J' },
    { depth: 0, cells: [{ text: 'b\n\u001b[31m' }] },
  ];
  // eslint-disable-next-line no-control-regex -- that there is none is the rule
  expect(outline(rows, plain)).not.toMatch(/\u001b/);
});
