import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@patchtide/embedded';
import { posixRunner } from './host-runner';
import { encodeInspect, encodeRun, encodeServe, parseStatus, type RunnerStep } from './runner-protocol';
import { RUNNER_SCRIPT } from './runner-script';
import { AnswerReader, encodeRequest } from './serve-protocol';

const shells = ['dash', 'bash'].filter((name) => spawnSync(name, ['-c', ':']).status === 0);
const step = (...argv: string[]): RunnerStep => ({ mode: 'do', timeoutMs: 20_000, argv });

// What it answers to a request is held to the same tests as the runner by argument list, in runner-script.int.spec.ts.
describe.each(shells)('a resident runner, where sh is %s', (shellName) => {
  let home: string;
  let runner: string;
  let env: NodeJS.ProcessEnv;
  let gate: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'patchtide-serve-'));
    mkdirSync(join(home, 'bin'));
    const shell = execFileSync('sh', ['-c', 'command -v "$1"', 'which', shellName]).toString().trim();
    symlinkSync(shell, join(home, 'bin', 'sh'));
    env = { PATH: `${join(home, 'bin')}:${process.env.PATH}` };
    runner = join(home, 'runner.sh');
    writeFileSync(runner, RUNNER_SCRIPT);
    gate = join(home, 'gate');
  });
  afterEach(() => {
    writeFileSync(gate, '');
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  function serve(command = encodeServe(runner)) {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { env });
    children.push(child);
    const answers: { exitCode: number; output: string; said: string }[] = [];
    let [output, said] = ['', ''];
    const reader = new AnswerReader({
      onGreeting: () => undefined,
      onOutput: (chunk) => (output += chunk.toString()),
      onLine: (line) => (said += line.toString()),
      onAnswered: (exitCode) => {
        answers.push({ exitCode, output, said });
        [output, said] = ['', ''];
      },
    });
    child.stdout.on('data', (chunk: Buffer) => reader.push(chunk));
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    return { child, answers, closed, ask: (...words: string[]) => child.stdin.write(encodeRequest(words)) };
  }
  const run = (job: string, ...steps: RunnerStep[]): string[] =>
    encodeRun(runner, { attemptId: `CHG1/${job}/1`, epoch: 1, outputOffset: 0, steps }).slice(2);
  const inspect = (job: string) => {
    const [program = '', ...args] = encodeInspect(runner, `CHG1/${job}/1`);
    return parseStatus(spawnSync(program, args, { env }).stderr.toString());
  };
  const until = (condition: () => unknown, what: string) =>
    waitUntil(() => Boolean(condition()), { timeoutMs: 20_000, what });
  const waiting = step('sh', '-c', 'while [ ! -e "$1" ]; do sleep 0.02; done', 'wait', '');
  const started = (job: string) =>
    until(() => existsSync(join(home, 'journal', 'CHG1', job, '1', 'started')), 'the start');

  beforeEach(() => (waiting.argv = [...waiting.argv.slice(0, -1), gate]));

  it('answers one request after the other and ends when there are no more', async () => {
    const { child, answers, ask, closed } = serve();
    ask(...run('a', step('echo', 'one')));
    ask(...run('b', step('sh', '-c', 'echo two; exit 3')));
    ask('inspect', 'CHG1/a/1');
    child.stdin.end();
    await closed;
    expect(answers.map(({ output }) => output)).toEqual([
      'one\n',
      'two\npatchtide: step 1 ended with code 3\n',
      '',
    ]);
    expect(answers.map(({ said }) => parseStatus(said))).toMatchObject([
      { code: 0 },
      { code: 3 },
      { code: 0 },
    ]);
    expect(child.exitCode).toBe(0);
  });

  it('takes arguments as they are', async () => {
    const nasty = [
      '',
      '!',
      '.',
      '+',
      '+x',
      '\n',
      'two\nlines\n',
      '\\n\\',
      " 'x' ",
      '\t',
      '\r',
      '$(id)',
      '`id`',
      'È 日本 \u0081\u0088',
    ];
    const { child, answers, ask, closed } = serve();
    ask(...run('a', step('printf', '[%s]', ...nasty)));
    child.stdin.end();
    await closed;
    expect(answers[0]?.output).toBe(nasty.map((word) => `[${word}]`).join(''));
  });

  it('does not act upon a request of which the end is missing', async () => {
    const { child, answers, closed } = serve();
    child.stdin.end(encodeRequest(run('a', step('true'))).slice(0, -1));
    await closed;
    expect(answers).toEqual([]);
    expect(inspect('a')?.state).toBe('absent');
  });

  it('leaves alone who speaks another protocol', async () => {
    const { child, closed } = serve();
    child.stdin.end('hello\n');
    await closed;
    expect(child.exitCode).toBe(64);
  });

  it('says that it is missing when its file has gone, so that it is brought again', async () => {
    const { child, answers, ask, closed } = serve();
    ask(...run('a', step('true')));
    await until(() => answers.length > 0, 'the first answer');
    rmSync(runner);
    ask(...run('b', step('true')));
    child.stdin.end();
    await closed;
    const missing = posixRunner(home).isMissing;
    const asResult = answers.map(({ exitCode, said }) => ({ exitCode, stdout: '', stderr: said }));
    expect(asResult.map((answer) => missing(answer))).toEqual([false, true]);
  });

  it('refuses what the runner refuses, and goes on', async () => {
    const { child, answers, ask, closed } = serve();
    ask('run', '../x', '1', '0', '--', 'do', '1', '1', 'true');
    ask('serve');
    ask();
    ask(...run('a', step('true')));
    child.stdin.end();
    await closed;
    const bad = { state: 'refused', reason: 'bad-request' };
    expect(answers.map(({ said }) => parseStatus(said))).toMatchObject([bad, bad, bad, { state: 'exited' }]);
  });

  it('leaves attempts nothing of the connection, which can end before them', async () => {
    const { child, ask, closed } = serve();
    ask(...run('a', waiting));
    await started('a');
    const pid = child.pid ?? 0;
    const request = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    for (const each of [pid, ...request]) process.kill(each, 'SIGKILL');
    await closed;
    expect(inspect('a')?.state).toBe('running');
    writeFileSync(gate, '');
    await until(() => inspect('a')?.state === 'exited', 'the end');
    expect(inspect('a')).toMatchObject({ code: 0 });
  });

  it('survives the end of a terminal that it was started on', async () => {
    const { child, ask } = serve(['script', '-qec', `exec sh ${runner} serve`, '/dev/null']);
    ask(...run('a', waiting));
    await started('a');
    child.kill('SIGKILL');
    await until(() => child.signalCode !== null, 'the end of the terminal');
    expect(inspect('a')?.state).toBe('running');
    writeFileSync(gate, '');
    await until(() => inspect('a')?.state === 'exited', 'the end');
    expect(inspect('a')).toMatchObject({ code: 0 });
  });
});
