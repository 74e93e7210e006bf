import { type Line, renderLine, sideBySide, spread } from './line';
import { painter } from './style';
import { widthOf } from './width';

const plain = painter(false);
const textOf = (line: Line): string => renderLine(line, Infinity, plain);

describe('a line', () => {
  it('ends at the width, whatever its pieces are', () => {
    const line = [{ text: '日本語' }, { text: '\u001b[2J' }, { text: 'x'.repeat(99), style: 'red' as const }];
    for (const cells of [0, 1, 5, 6, 7, 20]) {
      expect(widthOf(renderLine(line, cells, plain))).toBeLessThanOrEqual(cells);
    }
    expect(renderLine(line, 11, plain)).toBe('日本語\ufffd[2J…');
  });

  it('is painted after it was cut, so that no sequence is cut through', () => {
    const line = [{ text: 'running', style: 'cyan' as const }];
    expect(renderLine(line, 4, painter(true))).toBe('\u001b[36mrun…\u001b[0m');
  });
});

describe('pieces side by side', () => {
  const pieces: Line[] = [[{ text: 'first' }], [], [{ text: 'second' }], [{ text: '3rd' }]];

  it('are as many as fit whole', () => {
    expect(textOf(sideBySide(pieces, 80, ' | '))).toBe('first | second | 3rd');
    expect(textOf(sideBySide(pieces, 12, ' | '))).toBe('first | 3rd');
    expect(textOf(sideBySide(pieces, 2, ' | '))).toBe('first');
  });
});

describe('left and right', () => {
  it('stand at the edges; the right one gives way', () => {
    expect(textOf(spread([{ text: 'left' }], [{ text: 'right' }], 12))).toBe('left   right');
    expect(textOf(spread([{ text: 'left' }], [{ text: 'right' }], 10))).toBe('left');
  });
});
