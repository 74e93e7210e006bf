import { terminalOf, type Writable } from './terminal';

const stream = (more: Partial<Writable> = {}): Writable => ({
  isTTY: true,
  columns: 120,
  write: () => true,
  on: () => undefined,
  off: () => undefined,
  ...more,
});
const colour = '\u001b[31mx\u001b[0m';
const painted = (env: NodeJS.ProcessEnv, isTTY = true) =>
  terminalOf(stream({ isTTY }), env).paint('x', 'red');

describe('what a stream can show', () => {
  it('is colours and a screen on a terminal', () => {
    expect(painted({ TERM: 'xterm-256color' })).toBe(colour);
    expect(terminalOf(stream(), { TERM: 'xterm' }).isScreen).toBe(true);
  });

  it('is plain text in a pipe, on a dumb terminal, and where nothing is known about the terminal', () => {
    for (const [env, isTTY] of [
      [{ TERM: 'xterm' }, false],
      [{ TERM: 'dumb' }, true],
      [{}, true],
    ] as const) {
      expect(painted(env, isTTY)).toBe('x');
      expect(terminalOf(stream({ isTTY }), env).isScreen).toBe(false);
    }
  });

  it('has no colours with NO_COLOR, but still a screen; set to nothing it is not set', () => {
    expect(painted({ TERM: 'xterm', NO_COLOR: '1' })).toBe('x');
    expect(terminalOf(stream(), { TERM: 'xterm', NO_COLOR: '1' }).isScreen).toBe(true);
    expect(painted({ TERM: 'xterm', NO_COLOR: '' })).toBe(colour);
  });

  it('is ASCII where the locale or the terminal says so', () => {
    const isUnicode = (env: NodeJS.ProcessEnv) => terminalOf(stream(), { TERM: 'xterm', ...env }).isUnicode;
    expect(isUnicode({})).toBe(true);
    expect(isUnicode({ LANG: 'de_DE.UTF-8' })).toBe(true);
    expect(isUnicode({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' })).toBe(false);
    expect(isUnicode({ LC_ALL: '', LANG: 'C.utf8' })).toBe(true);
    expect(isUnicode({ TERM: 'linux', LANG: 'C.UTF-8' })).toBe(false);
  });

  it('has lines without end in a pipe, and not too wide ones on a terminal', () => {
    expect(terminalOf(stream({ isTTY: false }), {}).width()).toBeUndefined();
    expect(terminalOf(stream({ columns: 400 }), { TERM: 'xterm' }).width()).toBe(200);
  });
});
