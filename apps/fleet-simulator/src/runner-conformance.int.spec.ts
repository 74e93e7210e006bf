import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AnswerReader,
  encodeInspect,
  encodeRequest,
  encodeRun,
  encodeServe,
  type HostFacts,
  parseFacts,
  parseStatus,
  RUNNER_SCRIPT,
  type RunnerStatus,
  runnerPath,
  type RunnerStep,
} from '@patchtide/connectors/remote-shell';
import { type Fleet, startFleet } from './fleet';
import { connectClient, exec } from './testing/ssh-client';

interface Answer {
  readonly stdout: string;
  readonly status: RunnerStatus | undefined;
  readonly facts: HostFacts;
}

/** A host that answers calls of the runner. */
interface RunnerHost {
  readonly runner: string;
  ask(argv: readonly string[]): Promise<Answer>;
  close(): Promise<void>;
}

const BY_ITSELF = { isResident: false };
const RESIDENT = { isResident: true };

/** How a host is asked: the program for this request alone, or a resident with the request on stdin. */
function asking(argv: readonly string[], { isResident }: typeof BY_ITSELF) {
  const [, runner = '', ...request] = argv;
  return isResident
    ? { command: encodeServe(runner), stdin: encodeRequest(request) }
    : { command: argv, stdin: '' };
}

function answerIn(stdout: string, stderr: string, { isResident }: typeof BY_ITSELF): Answer {
  const said = { output: '', lines: '' };
  const reader = new AnswerReader({
    onGreeting: () => undefined,
    onOutput: (chunk) => (said.output += chunk.toString()),
    onLine: (line) => (said.lines += line.toString()),
    onAnswered: () => undefined,
  });
  if (isResident) reader.push(Buffer.from(stdout));
  const [output, lines] = isResident ? [said.output, said.lines] : [stdout, stderr];
  return { stdout: output, status: parseStatus(lines), facts: parseFacts(lines) };
}

async function realShell(way = BY_ITSELF): Promise<RunnerHost> {
  const root = await mkdtemp(join(tmpdir(), 'patchtide-runner-'));
  const runner = runnerPath(root);
  await writeFile(runner, RUNNER_SCRIPT, { mode: 0o700 });
  // Whatever a test does by mistake, the machine that it runs on must not be rebooted.
  const bin = join(root, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'systemctl'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    PATCHTIDE_REBOOT_REQUIRED_FILE: join(root, 'no-such-file'),
  };
  const ask = (argv: readonly string[]) =>
    new Promise<Answer>((resolve) => {
      const { command, stdin } = asking(argv, way);
      const [program = '', ...args] = command;
      const options = { env, timeout: 20_000 };
      const child = execFile(program, args, options, (_, ...said) => resolve(answerIn(...said, way)));
      if (way.isResident) child.stdin?.end(stdin);
    });
  return { runner, ask, close: () => rm(root, { recursive: true }) };
}

async function simulatedHost(way = BY_ITSELF): Promise<RunnerHost> {
  const fleet: Fleet = await startFleet({ servers: 1, instant: true });
  const [server] = fleet.landscape.servers;
  if (server?.port === undefined) throw new RangeError('no server');
  const { address, port } = server;
  const client = await connectClient({ address, port, privateKey: fleet.clientKey.privateKey });
  const ask = async (argv: readonly string[]) => {
    const { command, stdin } = asking(argv, way);
    const { stdout, stderr } = await exec(client, command, stdin);
    return answerIn(stdout, stderr, way);
  };
  const close = async () => {
    client.end();
    await fleet.stop();
  };
  return { runner: runnerPath('/var/lib/patchtide'), ask, close };
}

const step = (...argv: string[]): RunnerStep => ({ mode: 'do', timeoutMs: 10_000, argv });
const talk = [step('echo', 'one'), step('echo', 'two')];

describe.each([
  ['the real runner', () => realShell()],
  ['the real runner as a resident', () => realShell(RESIDENT)],
  ['a simulated host', () => simulatedHost()],
  ['a resident of a simulated host', () => simulatedHost(RESIDENT)],
])('%s', (_, start) => {
  let host: RunnerHost;
  beforeAll(async () => {
    host = await start();
  });
  afterAll(() => host.close());

  const run = (attemptId: string, steps: RunnerStep[], { epoch = 1, outputOffset = 0 } = {}) =>
    host.ask(encodeRun(host.runner, { attemptId, epoch, outputOffset, steps }));

  it('does not know an attempt that never came', async () => {
    const { status } = await host.ask(encodeInspect(host.runner, 'CHG1/stop-a/9'));
    expect(status).toEqual({ state: 'absent', bootId: status?.bootId, outputBytes: 0 });
  });

  it('runs steps in order, once, and gives the output from any offset', async () => {
    expect(await run('CHG1/stop-a/1', talk)).toMatchObject({
      stdout: 'one\ntwo\n',
      status: { state: 'exited', code: 0 },
    });
    const again = await run('CHG1/stop-a/1', talk, { outputOffset: 4 });
    const bootId = again.status?.bootId;
    expect(again.stdout).toBe('two\n');
    expect(again.status).toEqual({ state: 'exited', code: 0, bootId, startedBootId: bootId, outputBytes: 8 });
    expect((await host.ask(encodeInspect(host.runner, 'CHG1/stop-a/1'))).status).toEqual(again.status);
  });

  it('gives the same answer to eight launches at once', async () => {
    const launches = Array.from({ length: 8 }, () => run('CHG1/stop-b/1', talk));
    const answers = (await Promise.all(launches)).map(({ stdout, status }) => `${stdout}${status?.code}`);
    expect(new Set(answers)).toEqual(new Set(['one\ntwo\n0']));
  });

  it('refuses a lower epoch, and another command before that', async () => {
    await run('CHG1/stop-c/1', talk, { epoch: 5 });
    const { status } = await run('CHG1/stop-c/1', talk, { epoch: 4 });
    const bootId = status?.bootId;
    const known = { state: 'refused', bootId, startedBootId: bootId, outputBytes: 8 };
    expect(status).toEqual({ ...known, reason: 'stale-epoch' });
    expect((await run('CHG1/stop-c/1', [step('true')], { epoch: 4 })).status).toEqual({
      ...known,
      reason: 'other-command',
    });
  });

  it.each<[string, RunnerStep[], number, string]>([
    ['a step that fails', [step('false'), step('echo', 'never')], 1, 'patchtide: step 1 ended with code 1\n'],
    [
      'an unknown step word',
      [step('@nosuch')],
      64,
      'unknown step word @nosuch\npatchtide: step 1 ended with code 64\n',
    ],
    [
      'a reboot that is not needed',
      [step('@reboot', 'if-needed'), step('echo', 'on')],
      0,
      'reboot not needed\non\n',
    ],
    [
      'an until step whose time is up',
      [step('true'), { mode: 'until', timeoutMs: 1_000, argv: ['false'] }],
      124,
      'patchtide: step 2 ended with code 124\n',
    ],
  ])('ends with the right code and words after %s', async (name, steps, code, stdout) => {
    const answer = await run(`CHG1/stop-${name.replaceAll(' ', '-')}/1`, steps);
    expect(answer).toMatchObject({ stdout, status: { state: 'exited', code } });
  });

  it('tells what words stated when the attempt has ended, as often as it is asked', async () => {
    const steps = [step('@reboot', 'if-needed')];
    const facts = { packages: [], notes: { 'reboot-needed': 'no' } };
    expect((await run('CHG1/reboot-a/1', steps)).facts).toEqual(facts);
    expect((await run('CHG1/reboot-a/1', steps)).facts).toEqual(facts);
    expect((await host.ask(encodeInspect(host.runner, 'CHG1/reboot-a/1'))).facts).toEqual(facts);
  });

  it('says 127 for a program that is not there', async () => {
    expect((await run('CHG1/stop-d/1', [step('no-such-program')])).status).toMatchObject({
      state: 'exited',
      code: 127,
    });
  });

  it.each([['../up/1'], ['/abs/1'], ['a//b'], ['a/.b/1'], ['a/b/'], ['a b/c/1'], ['']])(
    'refuses %j as an attempt id',
    async (attemptId) => {
      expect((await run(attemptId, talk)).status).toMatchObject({ state: 'refused', reason: 'bad-request' });
    },
  );

  it.each([
    [['run', 'CHG1/stop-e/1', '1', '0', '--', 'do', '1', '9', 'true']],
    [['run', 'CHG1/stop-e/1']],
    [['erase', 'CHG1/stop-e/1']],
  ])('refuses the malformed request %j', async (words) => {
    const { status } = await host.ask(['sh', host.runner, ...words]);
    expect(status).toMatchObject({ state: 'refused', reason: 'bad-request' });
  });
});
