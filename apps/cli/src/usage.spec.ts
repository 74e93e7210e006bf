import { EXAMPLES } from './examples';
import { patchtide } from './testing/patchtide';

const PLAN_FILES = ['--landscape', 'l', '--policy', 'p', '--change', 'c'];

describe('a command line that is wrong', () => {
  it.each([
    ['nothing', []],
    ['a noun alone', ['campaign']],
    ['an unknown noun', ['campain', 'list']],
    ['an unknown verb', ['campaign', 'lst']],
    ['a missing argument', ['campaign', 'show']],
    ['one argument too many', ['campaign', 'show', 'a', 'b']],
    ['a missing option', ['job', 'retry', 'CHG-1', 'stop-db']],
    ['an option without its value', ['job', 'retry', 'CHG-1', 'stop-db', '--reason']],
    ['an unknown option', ['campaign', 'list', '--frob']],
    ['a state that no job can be in', ['job', 'list', 'CHG-1', '--status', 'done']],
    ['a time without its zone', ['plan', 'build', ...PLAN_FILES, '--at', '2026-11-29T22:00:00']],
    ['a question about no plan', ['plan', 'explain', 'stop-db']],
    ['nothing to try', ['plan', 'what-if', ...PLAN_FILES]],
    ['a limit of nothing', ['plan', 'what-if', ...PLAN_FILES, '--limits', 'speed=3']],
    ['a limit that names no tag', ['plan', 'what-if', ...PLAN_FILES, '--limits', 'tag=3']],
    ['a time that is none', ['audit', 'replay', 'CHG-1', '--at', 'yesterday']],
    ['a server that is no URL', ['campaign', 'list', '--url', 'patchtide']],
    ['a condition without a reason', ['condition', 'publish', 'CHG-1', 'quiet']],
    [
      'an end without its zone',
      ['condition', 'publish', 'CHG-1', 'quiet', '--reason', 'x', '--until', '2026-11-29'],
    ],
    ['a digest that is none', ['campaign', 'approve', 'CHG-1', '--digest', 'sha256:1']],
    ['an empty argument, as of a variable that is not set', ['campaign', 'abort', '']],
    ['an empty option', ['job', 'retry', 'CHG-1', 'stop-db', '--reason', '']],
    ['an empty option of the whole command', ['campaign', 'list', '--token', '']],
  ])('ends with 2 and says what to do: %s', async (_what, args) => {
    const { code, stdout, stderr } = await patchtide(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Next: see "patchtide|^Next: See "patchtide|^Usage: patchtide/m);
    const json = await patchtide([...args, '--json']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: expect.any(String), faults: [] });
  });

  it('is repeated without what would drive the terminal', async () => {
    expect((await patchtide(['campaign', 'x\u001b[2J'])).stderr).toMatch(
      /^error: unknown command 'x\ufffd\[2J'/,
    );
  });

  it('is told what was probably meant', async () => {
    expect((await patchtide(['campain', 'list'])).stderr).toContain('campaign');
    expect((await patchtide(['campaign', 'lst'])).stderr).toContain('Did you mean list?');
  });
});

describe('help', () => {
  it('is what was asked for: on stdout, and a success', async () => {
    for (const args of [['--help'], ['help'], ['campaign', '--help'], ['help', 'campaign']]) {
      const { code, stdout, stderr } = await patchtide(args);
      expect([args, code, stderr]).toEqual([args, 0, '']);
      expect(stdout).toMatch(/^Usage: patchtide/);
    }
    expect((await patchtide(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('names every noun and verb', async () => {
    const verbs: Record<string, string[]> = {
      landscape: ['import', 'validate'],
      plan: ['build', 'diff', 'explain', 'what-if'],
      policy: ['validate', 'explain'],
      change: ['submit'],
      campaign: ['list', 'show', 'plan', 'approve', 'start', 'watch', 'pause', 'resume', 'abort'],
      job: ['list', 'show', 'retry', 'skip', 'complete', 'take-over', 'hand-back'],
      incident: ['list', 'show', 'ack', 'resolve'],
      obligation: ['list'],
      audit: ['export', 'verify', 'replay'],
    };
    for (const [noun, names] of Object.entries(verbs)) {
      const { stdout } = await patchtide([noun, '--help']);
      const listed = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Example'));
      const found = [...listed.matchAll(/^ {2}([a-z][a-z-]+) /gm)].map((match) => match[1]);
      expect([noun, found.filter((verb) => verb !== 'help').sort()]).toEqual([noun, names.sort()]);
    }
  });

  it('has an example at every noun and every verb', async () => {
    const help = async (...words: string[]) => (await patchtide([...words, '--help'])).stdout;
    const commandsIn = (text: string) =>
      [...(/^Commands:\n((?: .*\n)*)/m.exec(text)?.[1] ?? '').matchAll(/^ {2}([a-z][a-z-]+) /gm)]
        .map((match) => match[1] ?? '')
        .filter((name) => name !== 'help');
    for (const noun of commandsIn(await help())) {
      const ofNoun = await help(noun);
      const helps = [ofNoun, ...(await Promise.all(commandsIn(ofNoun).map((verb) => help(noun, verb))))];
      for (const text of helps) expect(text).toMatch(new RegExp(`^  patchtide ${noun} `, 'm'));
    }
  });

  it.each(Object.values(EXAMPLES).flat())('has an example that is a command line: %s', async (line) => {
    const words = line.replace(/ > .*/, '').match(/"[^"]*"|\S+/g) ?? [];
    const { code, stderr } = await patchtide([...words, '--url', 'http://127.0.0.1:9']);
    expect([code, stderr]).not.toEqual([2, expect.anything()]);
  });

  it('tells at each verb how to name the server', async () => {
    expect((await patchtide(['job', 'retry', '--help'])).stdout).toMatch(/--url <url>[^]*--token[^]*--json/);
  });
});
