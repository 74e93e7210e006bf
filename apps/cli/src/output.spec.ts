import { Output } from './output';
import { FakeTerminal } from './testing/fake-terminal';

const EVIL = 'srv\u001b[2J\u009b1m';

describe('the output', () => {
  const out = new FakeTerminal(false);
  const err = new FakeTerminal(false);
  const output = (isJson: boolean) => new Output(out.as(), err.as(), isJson);
  const faults = [
    {
      path: '/servers/3/port',
      message: 'is not a port',
      remedy: 'Correct it.',
      file: 'l.yaml',
      line: 12,
      column: 5,
    },
    { path: '', message: EVIL, remedy: 'Do not.' },
  ];

  afterEach(() => {
    out.take();
    err.take();
  });

  it('is data on stdout: for people, or as JSON', () => {
    output(false).result({ id: 'x' }, ({ id }) => `it is ${id}`);
    expect(out.take()).toBe('it is x\n');
    output(true).result({ id: EVIL }, () => '');
    const text = out.take();
    expect(JSON.parse(text)).toEqual({ id: EVIL });
    expect(text).not.toMatch(/[\u007f-\u009f]/);
    expect(err.take()).toBe('');
  });

  it('says on stderr what went wrong: every fault with its place, what to do, and the next step', () => {
    output(false).failure('No plan:', faults, 'Correct the files.');
    expect(err.take().split('\n')).toEqual([
      'No plan:',
      '  l.yaml:12:5 /servers/3/port: is not a port',
      '      Correct it.',
      '  srv\ufffd[2J\ufffd1m',
      '      Do not.',
      'Next: Correct the files.',
      '',
    ]);
    expect(out.take()).toBe('');
  });

  it('is valid JSON for failures, too', () => {
    output(true).failure('No plan:', faults);
    expect(JSON.parse(out.take())).toEqual({ error: 'No plan:', faults, nextStep: null });
    expect(err.take()).toContain('l.yaml:12:5');
  });

  it('lets no message drive the terminal', () => {
    output(false).message(`no campaign ${EVIL}\nsecond line`);
    expect(err.take()).toBe('no campaign srv\ufffd[2J\ufffd1m\nsecond line\n');
  });
});
