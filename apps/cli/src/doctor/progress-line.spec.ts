import { FakeTerminal } from '../testing/fake-terminal';
import { ProgressLine } from './progress-line';

it('counts on one line of a terminal and leaves nothing of it', () => {
  const terminal = new FakeTerminal(true);
  const line = new ProgressLine(terminal.as(), 20);
  line.show(7);
  line.clear();
  expect(terminal.written.split('\r\u001b[K')).toEqual([
    '',
    'Hosts examined: 0 of 20',
    'Hosts examined: 7 of 20',
    '',
  ]);
});

it('says nothing to a file or a pipe', () => {
  const pipe = new FakeTerminal(false);
  const line = new ProgressLine(pipe.as(), 20);
  line.show(7);
  line.clear();
  expect(pipe.written).toBe('');
});
