import { execFileSync, spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@patchtide/embedded';
import { type HostFacts, parseFacts } from './host-facts';
import {
  encodeInspect,
  encodeRun,
  encodeServe,
  parseStatus,
  type RunnerStatus,
  type RunnerStep,
} from './runner-protocol';
import { RUNNER_SCRIPT } from './runner-script';
import { AnswerReader, encodeRequest } from './serve-protocol';

const attemptId = 'CHG1/patch-srv-0042/1';
const quick = (...argv: string[]): RunnerStep => ({ mode: 'do', timeoutMs: 20_000, argv });
const until = (timeoutMs: number, ...argv: string[]): RunnerStep => ({ mode: 'until', timeoutMs, argv });

/** One of a process's files in /proc with its NULs as spaces; empty when it is gone. */
function about(pid: string, name: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

interface Answer {
  output: string;
  facts: HostFacts;
  status: RunnerStatus | undefined;
}

/** sh is dash on Debian and bash elsewhere; the runner must not care. */
const shells = ['dash', 'bash'].filter((name) => spawnSync(name, ['-c', ':']).status === 0);
/** One program for each request, or one that answers many. */
const ways = ['by argument list', 'as a resident'] as const;
const combinations = shells.flatMap((name) => ways.map((way) => [name, way] as const));

/** Reads the output out of what the runner writes to stdout, asked in either way, and the lines beside it. */
function readerFor(way: (typeof ways)[number]): {
  push(chunk: Buffer): void;
  output: Buffer[];
  lines: Buffer[];
} {
  const output: Buffer[] = [];
  const lines: Buffer[] = [];
  if (way === 'by argument list') return { push: (chunk) => output.push(chunk), output, lines };
  const reader = new AnswerReader({
    onGreeting: () => undefined,
    onOutput: (chunk) => output.push(chunk),
    onLine: (line) => lines.push(line),
    onAnswered: () => undefined,
  });
  return { push: (chunk) => reader.push(chunk), output, lines };
}

describe.each(combinations)('the runner, where sh is %s, asked %s', (shellName, way) => {
  let home: string;
  let env: NodeJS.ProcessEnv;
  let runner: string;
  const children = new Set<ChildProcessWithoutNullStreams>();

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'patchtide-runner-'));
    const bin = join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(
      execFileSync('sh', ['-c', 'command -v "$1"', 'which', shellName]).toString().trim(),
      join(bin, 'sh'),
    );
    writeFileSync(join(home, 'boot-id'), 'boot-1\n');
    // Whatever a test does by mistake, it must not reach the programs of the machine it runs on.
    for (const name of ['systemctl', 'reboot']) program(name, 'exit 0');
    env = { PATH: `${bin}:${process.env.PATH}`, PATCHTIDE_BOOT_ID_FILE: join(home, 'boot-id') };
    runner = join(home, 'runner.sh');
    writeFileSync(runner, RUNNER_SCRIPT);
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    kill('');
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  function program(name: string, body: string): void {
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  /** The processes of this test, known by its directory in their environment, whose arguments contain the words. */
  function own(words: string): number[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids
      .filter((pid) => about(pid, 'environ').includes(home) && about(pid, 'cmdline').includes(words))
      .map(Number);
  }

  function kill(words: string, signal: NodeJS.Signals = 'SIGKILL'): void {
    for (const pid of own(words)) if (existsSync(`/proc/${pid}`)) process.kill(pid, signal);
  }

  function call(argv: string[]): ChildProcessWithoutNullStreams {
    const isResident = way === 'as a resident';
    const [command = '', ...args] = isResident ? encodeServe(runner) : argv;
    const child = spawn(command, args, { env });
    children.add(child);
    // Nothing more will be asked of it, so it ends with its first answer.
    if (isResident) child.stdin.end(encodeRequest(argv.slice(2)));
    return child;
  }

  async function answerOf(child: ChildProcessWithoutNullStreams): Promise<Answer> {
    const { push, output, lines } = readerFor(way);
    child.stdout.on('data', push);
    child.stderr.on('data', (chunk: Buffer) => lines.push(chunk));
    await new Promise((resolve) => child.once('close', resolve));
    const said = Buffer.concat(lines).toString();
    return {
      output: Buffer.concat(output).toString(),
      facts: parseFacts(said),
      status: parseStatus(said),
    };
  }

  function start(steps: RunnerStep[], more: { epoch?: number; outputOffset?: number } = {}) {
    return call(encodeRun(runner, { attemptId, epoch: 1, outputOffset: 0, ...more, steps }));
  }
  const run = (steps: RunnerStep[], more: { epoch?: number; outputOffset?: number } = {}) =>
    answerOf(start(steps, more));
  const inspect = () => answerOf(call(encodeInspect(runner, attemptId))).then(({ status }) => status);
  const file = (name: string): string => join(home, 'journal', attemptId, name);
  const until1 = (condition: () => unknown, what: string) =>
    waitUntil(() => Boolean(condition()), { timeoutMs: 20_000, what });
  const started = () => until1(() => existsSync(file('started')), 'the start');
  /** A step that leaves a mark for each execution and then waits for a file. */
  const marking = (gate: string): RunnerStep =>
    quick(
      'sh',
      '-c',
      'echo x >>"$1"; while [ ! -e "$2" ]; do sleep 0.02; done',
      'mark',
      join(home, 'marks'),
      gate,
    );
  const marks = (): number => readFileSync(join(home, 'marks'), 'utf8').length / 2;

  it('runs the steps in order and gives all output and the first exit code that is not 0', async () => {
    const steps = [
      quick('printf', '[%s]', 'a b', '$(x)', "it's"),
      quick('sh', '-c', 'echo no >&2; exit 7'),
      quick('echo', 'never'),
    ];
    const { output, status } = await run(steps);
    expect(output).toBe("[a b][$(x)][it's]no\npatchtide: step 2 ended with code 7\n");
    expect(status).toEqual({
      state: 'exited',
      code: 7,
      bootId: 'boot-1',
      startedBootId: 'boot-1',
      outputBytes: output.length,
    });
  });

  it('never runs a finished attempt again, and tells it from any offset', async () => {
    const steps = [quick('sh', '-c', 'echo x >>"$1"; printf 0123456789', 'mark', join(home, 'marks'))];
    await run(steps);
    const again = await run(steps, { outputOffset: 6 });
    expect(again).toMatchObject({ output: '6789', status: { state: 'exited', code: 0, outputBytes: 10 } });
    expect((await run(steps, { outputOffset: 99 })).output).toBe('');
    expect(marks()).toBe(1);
  });

  it('executes an attempt once that is launched 60 times at the same moment', async () => {
    const gate = join(home, 'gate');
    const answers = Array.from({ length: 60 }, () => run([marking(gate), quick('echo', 'done')]));
    await started();
    writeFileSync(gate, '');
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatchObject({ output: 'done\n', status: { state: 'exited', code: 0 } });
    }
    expect(marks()).toBe(1);
  });

  it('runs on without the one who asked, and can be found again', async () => {
    const gate = join(home, 'gate');
    const first = start([marking(gate), quick('echo', 'done')]);
    await started();
    first.kill('SIGKILL');
    expect(await inspect()).toMatchObject({ state: 'running', startedBootId: 'boot-1' });
    const second = run([marking(gate), quick('echo', 'done')]);
    writeFileSync(gate, '');
    expect(await second).toMatchObject({ output: 'done\n', status: { state: 'exited', code: 0 } });
    expect(marks()).toBe(1);
  });

  it('passes on output while the attempt runs', async () => {
    const gate = join(home, 'gate');
    const child = start([quick('echo', 'early'), marking(gate)]);
    const { push, output } = readerFor(way);
    child.stdout.on('data', push);
    await until1(() => output.length > 0, 'the first output');
    expect(Buffer.concat(output).toString()).toBe('early\n');
    expect(readFileSync(file('exit'), 'utf8').trim()).toBe('');
    writeFileSync(gate, '');
  });

  it('notices the end at once', async () => {
    const gate = join(home, 'gate');
    const answer = run([marking(gate)]);
    await started();
    await until1(() => own('flock -s -w 1 ').length > 0, 'the longest pause between two looks at the output');
    writeFileSync(gate, '');
    await until1(() => readFileSync(file('exit'), 'utf8').trim() !== '', 'the exit code');
    const begin = Date.now();
    await answer;
    expect(Date.now() - begin).toBeLessThan(400);
  });

  it('says absent, then claimed, then running, then exited', async () => {
    expect((await inspect())?.state).toBe('absent');
    mkdirSync(join(home, 'journal', attemptId), { recursive: true });
    expect((await inspect())?.state).toBe('claimed');
    const gate = join(home, 'gate');
    const answer = run([marking(gate)]);
    await started();
    expect((await inspect())?.state).toBe('running');
    writeFileSync(gate, '');
    await answer;
    expect(await inspect()).toMatchObject({ state: 'exited', code: 0 });
  });

  it('starts an attempt that was claimed and not started', async () => {
    mkdirSync(join(home, 'journal', attemptId), { recursive: true });
    writeFileSync(file('lock'), '');
    expect(await run([quick('echo', 'now')])).toMatchObject({ output: 'now\n', status: { state: 'exited' } });
  });

  it('calls an attempt interrupted when it and its supervisor were killed, and does not run it again', async () => {
    const gate = join(home, 'gate');
    start([marking(gate)]);
    await started();
    await until1(() => existsSync(join(home, 'marks')), 'the step');
    kill(way === 'as a resident' ? 'runner.sh serve' : 'runner.sh supervise');
    expect((await inspect())?.state).toBe('running');
    kill(`mark ${home}`);
    await waitUntil(async () => (await inspect())?.state === 'interrupted', {
      timeoutMs: 20_000,
      what: 'the end',
    });
    expect((await run([marking(gate)])).status).toMatchObject({ state: 'interrupted' });
    expect(marks()).toBe(1);
  });

  it('tells by the boot id that the host went down under an attempt', async () => {
    const answer = run([quick('@reboot', 'always')]);
    await until1(() => own('sleep 86400').length > 0, 'the way down');
    kill('');
    await answer;
    writeFileSync(join(home, 'boot-id'), 'boot-2\n');
    expect(await inspect()).toMatchObject({ state: 'rebooted', bootId: 'boot-2', startedBootId: 'boot-1' });
  });

  it('refuses an older epoch than it has seen, and takes a newer one', async () => {
    const steps = [quick('true')];
    expect((await run(steps, { epoch: 5 })).status?.state).toBe('exited');
    expect((await run(steps, { epoch: 7 })).status?.state).toBe('exited');
    expect((await run(steps, { epoch: 6 })).status).toMatchObject({
      state: 'refused',
      reason: 'stale-epoch',
    });
  });

  it('refuses other steps under an id that it knows', async () => {
    await run([quick('echo', 'a b')]);
    expect((await run([quick('echo', 'a', 'b')])).status).toMatchObject({
      state: 'refused',
      reason: 'other-command',
    });
  });

  it('refuses a second attempt of a job while the first one runs', async () => {
    const gate = join(home, 'gate');
    const first = run([marking(gate)]);
    await started();
    const request = {
      attemptId: attemptId.replace(/1$/, '2'),
      epoch: 1,
      outputOffset: 0,
      steps: [marking(gate)],
    };
    const second = () => answerOf(call(encodeRun(runner, request))).then(({ status }) => status);
    expect(await second()).toMatchObject({ state: 'refused', reason: 'other-attempt-running' });
    writeFileSync(gate, '');
    await first;
    expect(await second()).toMatchObject({ state: 'exited', code: 0 });
    expect(marks()).toBe(2);
  });

  it('refuses an attempt of a job of which a later one was started, and tells how one ended that it has started', async () => {
    const steps = [quick('sh', '-c', 'echo x >>"$1"', 'mark', join(home, 'marks'))];
    const attempt = async (number: number) => {
      const request = { attemptId: attemptId.replace(/1$/, `${number}`), epoch: 1, outputOffset: 0, steps };
      return (await answerOf(call(encodeRun(runner, request)))).status;
    };
    expect(await attempt(9)).toMatchObject({ state: 'exited', code: 0 });
    expect(await attempt(10)).toMatchObject({ state: 'exited', code: 0 });
    expect(await attempt(2)).toMatchObject({ state: 'refused', reason: 'later-attempt-started' });
    expect(await attempt(9)).toMatchObject({ state: 'exited', code: 0 });
    expect(marks()).toBe(2);
  });

  it.each([
    ['a path out of the journal', '../x/1'],
    ['a hidden directory', 'CHG1/.ssh/1'],
    ['an absolute path', '/etc/x/1'],
    ['a space', 'CHG1/a b/1'],
  ])('refuses %s as an id', async (_, id) => {
    const { status } = await answerOf(call(encodeInspect(runner, id)));
    expect(status).toMatchObject({ state: 'refused', reason: 'bad-request' });
  });

  it('ends a step that takes too long with 124, with everything it started in the foreground', async () => {
    const { status } = await run([{ mode: 'do', timeoutMs: 1000, argv: ['sh', '-c', `sleep 60 # ${home}`] }]);
    expect(status).toMatchObject({ state: 'exited', code: 124 });
  });

  it('repeats an until step each second until it ends with 0', async () => {
    const ready = `echo x >>"$1"; [ "$(wc -c <"$1")" -ge 4 ]`;
    const { status } = await run([until(20_000, 'sh', '-c', ready, 'mark', join(home, 'marks'))]);
    expect(status).toMatchObject({ state: 'exited', code: 0 });
    expect(marks()).toBe(2);
  });

  it('ends an until step whose time is up with 124', async () => {
    expect((await run([until(1000, 'false')])).status).toMatchObject({ state: 'exited', code: 124 });
  });

  it('gives 127 for a program that does not exist', async () => {
    expect((await run([quick('/nonexistent/program')])).status).toMatchObject({ state: 'exited', code: 127 });
  });

  it('ends although a daemon that a step started runs on', async () => {
    const daemon = 'setsid sleep 60 >/dev/null 2>&1 & echo $!';
    const { status, output } = await run([quick('sh', '-c', daemon)]);
    expect(status).toMatchObject({ state: 'exited', code: 0 });
    process.kill(Number(output), 'SIGKILL');
  });

  it('leaves the umask and the descriptors of steps as the login has them', async () => {
    const { output } = await run([quick('sh', '-c', 'umask; ls /proc/self/fd | wc -l')]);
    const plain = spawnSync('sh', ['-c', 'umask; ls /proc/self/fd | wc -l']).stdout.toString();
    expect(output).toBe(plain);
  });

  describe('built-in words', () => {
    it.each([
      ['@unit-active', 'LoadState=loaded\nActiveState=active', 0],
      ['@unit-active', 'ActiveState=inactive\nLoadState=loaded', 1],
      ['@unit-active', 'LoadState=not-found\nActiveState=inactive', 4],
      ['@unit-inactive', 'LoadState=loaded\nActiveState=inactive', 0],
      ['@unit-inactive', 'LoadState=loaded\nActiveState=failed', 0],
      ['@unit-inactive', 'LoadState=loaded\nActiveState=deactivating', 1],
      ['@unit-inactive', 'LoadState=not-found\nActiveState=inactive', 4],
    ])('%s with %j gives %i', async (word, facts, code) => {
      program('systemctl', `printf '%s\\n' '${facts}'`);
      expect((await run([quick(word, 'crm.service')])).status?.code).toBe(code);
    });

    it.each([
      ['running', 0],
      ['degraded', 0],
      ['starting', 1],
    ])('@system-running takes %s as %i', async (state, code) => {
      program('systemctl', `echo ${state}; [ ${state} = running ]`);
      expect((await run([quick('@system-running')])).status?.code).toBe(code);
    });

    it('@dpkg-clean shows what is half-configured and fails', async () => {
      program('dpkg', 'echo "half-configured: libc6"');
      expect(await run([quick('@dpkg-clean')])).toMatchObject({
        output: expect.stringContaining('half-configured: libc6') as string,
        status: { code: 1 },
      });
    });

    it('@dpkg-clean is content when there is nothing to say', async () => {
      program('dpkg', 'exit 0');
      expect((await run([quick('@dpkg-clean')])).status?.code).toBe(0);
    });

    it('a word states facts that are told, first the notes, when the attempt has ended, and then always', async () => {
      env.PATCHTIDE_REBOOT_REQUIRED_FILE = join(home, 'reboot-required');
      const steps = [quick('@reboot', 'if-needed')];
      const first = await run(steps);
      expect(first.facts).toEqual({ packages: [], notes: { 'reboot-needed': 'no' } });
      const line = 'package libfoo 1.0 1.1\n';
      writeFileSync(file('facts'), `${line.repeat(2500)}note held tzdata\n`);
      const { facts } = await run(steps);
      expect(facts.packages).toHaveLength(1999);
      expect(facts.notes).toEqual({ held: 'tzdata', 'facts-cut': '501' });
    });

    it('of a word that is repeated, what the last try stated counts', async () => {
      program('dpkg', 'echo amd64');
      // Each try asks twice; the package is whole from the second try on.
      const count = `n=$(cat '${home}/asked' 2>/dev/null || echo 0); echo $((n + 1)) >'${home}/asked'`;
      program(
        'dpkg-query',
        `${count}; [ "$n" -lt 2 ] && letters=iF || letters=ii; printf '%s\\tx\\t1\\n' "$letters"`,
      );
      const { output, facts, status } = await run([until(20_000, '@packages-clean', 'apt')]);
      expect(output).toBe('patchtide: packages are not whole: x\n');
      expect({ facts, code: status?.code }).toEqual({ facts: { packages: [], notes: {} }, code: 0 });
    });

    it('of a word whose last try is cut off, the reason of an earlier one is kept', async () => {
      program('dpkg', 'echo amd64');
      const hang = `[ ! -e '${home}/asked' ] || exec sleep 60`;
      program('dpkg-query', `${hang}; printf 'iF\\tx\\t1\\n'`);
      // The first try sees it twice, then hangs.
      program('sleep', `touch '${home}/asked'; exec /bin/sleep "$@"`);
      const { facts, status } = await run([until(3_000, '@packages-clean', 'apt')]);
      expect(facts.notes).toEqual({ failure: 'packages are not whole: x' });
      expect(status?.code).toBe(124);
    });

    it('only a word learns where the facts are', async () => {
      env.PATCHTIDE_FACTS = '/elsewhere';
      program('systemctl', 'echo "facts=${PATCHTIDE_FACTS-}"; exit 1');
      const { output } = await run([
        quick('sh', '-c', 'echo "facts=${PATCHTIDE_FACTS-}"'),
        quick('@reboot', 'always'),
      ]);
      expect(output).toBe('facts=\nrebooting\nfacts=\npatchtide: step 2 ended with code 1\n');
    });

    it('@reboot if-needed says so when it is not', async () => {
      env.PATCHTIDE_REBOOT_REQUIRED_FILE = join(home, 'reboot-required');
      const { output, status } = await run([quick('@reboot', 'if-needed')]);
      expect(output).toBe('reboot not needed\n');
      expect(status?.code).toBe(0);
    });

    it('@reboot leaves no exit code when the way down kills it', async () => {
      env.PATCHTIDE_REBOOT_REQUIRED_FILE = join(home, 'reboot-required');
      writeFileSync(join(home, 'reboot-required'), '');
      program('systemctl', `echo "$@" >>'${home}/asked'`);
      const answer = run([quick('@reboot', 'if-needed')]);
      await until1(() => existsSync(join(home, 'asked')), 'the reboot');
      kill('sleep 86400', 'SIGTERM');
      expect((await answer).status).toMatchObject({ state: 'interrupted' });
      expect(readFileSync(join(home, 'asked'), 'utf8')).toBe('reboot\n');
    });

    it('@reboot that does not come about is over time', async () => {
      program('systemctl', 'exit 0');
      const { status } = await run([{ mode: 'do', timeoutMs: 1000, argv: ['@reboot', 'always'] }]);
      expect(status).toMatchObject({ state: 'exited', code: 124 });
    });

    it('refuses a word it does not know', async () => {
      expect((await run([quick('@erase', 'all')])).status?.code).toBe(64);
    });
  });

  describe('on a full disk', () => {
    const canMount =
      spawnSync('sh', [
        '-c',
        'd=$(mktemp -d) && mount -t tmpfs -o size=64k none "$d" && umount "$d"; r=$?; rmdir "$d"; exit $r',
      ]).status === 0;
    const onSmallDisk = canMount ? it : it.skip;
    let disk: string;

    beforeEach(() => {
      disk = join(home, 'disk');
      mkdirSync(disk);
      if (canMount) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]);
      env.PATCHTIDE_ROOT = disk;
    });
    afterEach(() => {
      if (canMount) execFileSync('umount', ['-l', disk]);
    });
    const fill = 'cat /dev/zero >"$1" 2>/dev/null';

    onSmallDisk('keeps the exit code of an attempt that filled it', async () => {
      const { status } = await run([quick('sh', '-c', `${fill}; exit 9`, 'fill', join(disk, 'big'))]);
      expect(status).toMatchObject({ state: 'exited', code: 9 });
    });

    onSmallDisk('still tells how an attempt ended, also to a newer epoch', async () => {
      const steps = [quick('echo', 'done')];
      await run(steps);
      spawnSync('sh', ['-c', fill, 'fill', join(disk, 'big')]);
      expect(await run(steps, { epoch: 2 })).toMatchObject({
        output: 'done\n',
        status: { state: 'exited', code: 0 },
      });
    });

    onSmallDisk('starts nothing when the journal cannot be written, and says so', async () => {
      spawnSync('sh', ['-c', fill, 'fill', join(disk, 'big')]);
      const { status } = await run([quick('sh', '-c', 'echo x >>"$1"', 'mark', join(home, 'marks'))]);
      expect(status).toMatchObject({ state: 'refused', reason: 'journal-unwritable' });
      expect(existsSync(join(home, 'marks'))).toBe(false);
    });
  });
});
