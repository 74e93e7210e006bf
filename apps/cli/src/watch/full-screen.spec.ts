import { lineWidth } from '../terminal/line';
import { FakeTerminal } from '../testing/fake-terminal';
import { campaignView, jobView, NOW_MS } from '../testing/views';
import { FullScreen } from './full-screen';
import type { Picture } from './picture';

const picture: Picture = {
  campaign: campaignView({ title: 'Nächte in 東京 '.repeat(20) }),
  underWay: [jobView('patch-a')],
  incidents: [],
  tally: null,
  nowMs: NOW_MS,
  doubt: null,
};
// eslint-disable-next-line no-control-regex -- the sequences that the screen itself writes
const SEQUENCE = /\u001b\[\??[\d;]*[A-Za-z]/g;

describe('the board on a whole screen', () => {
  it('leaves the terminal as it was, and the last board on it', () => {
    const terminal = new FakeTerminal(true, 80, 24);
    const screen = new FullScreen(terminal.as());
    expect(terminal.take()).toContain('\u001b[?1049h');
    screen.show(picture);
    terminal.take();
    screen.close();
    const end = terminal.take();
    for (const restored of ['\u001b[?7h', '\u001b[?25h', '\u001b[?1049l']) expect(end).toContain(restored);
    expect(end.slice(end.indexOf('\u001b[?1049l'))).toContain('CHG-1');
    terminal.resize(40, 10);
    expect(terminal.take()).toBe('');
    expect(process.listenerCount('SIGTSTP')).toBe(0);
  });

  it('is painted in one piece over itself, as many lines as there are, none of them wider', () => {
    const terminal = new FakeTerminal(true, 80, 24);
    const screen = new FullScreen(terminal.as());
    terminal.take();
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
      [200, 60],
      [44, 9],
    ] as const) {
      terminal.resize(columns, rows);
      terminal.take();
      screen.show(picture);
      const painted = terminal.take();
      expect(painted).not.toContain('\u001b[2J');
      const lines = painted.replace(SEQUENCE, '').split('\r\n');
      expect(lines).toHaveLength(rows);
      expect(Math.max(...lines.map((text) => lineWidth([{ text }])))).toBeLessThanOrEqual(columns);
    }
    screen.close();
  });

  it('does not clear the last cell of a line that is full', () => {
    const terminal = new FakeTerminal(true, 80, 24);
    const screen = new FullScreen(terminal.as());
    screen.show({ ...picture, campaign: campaignView() });
    expect(terminal.take()).toContain('running for 90 s\r\n');
    screen.close();
  });

  it('is painted anew at once when the size changes', () => {
    const terminal = new FakeTerminal(true, 80, 24);
    const screen = new FullScreen(terminal.as());
    screen.show(picture);
    terminal.take();
    terminal.resize(100, 30);
    expect(terminal.take().split('\r\n')).toHaveLength(30);
    screen.close();
  });
});
