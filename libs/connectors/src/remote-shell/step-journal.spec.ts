import { FakeShell, type FakeCall } from './fake-shell';
import { formatFacts, type HostFacts, NO_FACTS } from './host-facts';
import {
  type CommandResult,
  ConnectionLost,
  type RemoteShell,
  type RunOptions,
  TimedOut,
  Unreachable,
} from './remote-shell';
import { encodeRun, encodeServe, formatStatus, parseRunnerArgv, type RunnerStatus } from './runner-protocol';
import { RUNNER_SCRIPT, runnerPath } from './runner-script';
import { StepJournal, type StepJournalOptions } from './step-journal';

const host = { address: '10.1.0.11', port: 22 };
const order = {
  attemptId: 'CHG1/stop-crm-db/1',
  epoch: 3,
  steps: [{ mode: 'do' as const, timeoutMs: 5000, argv: ['systemctl', 'stop', 'x'] }],
  timeoutMs: 60_000,
};
const rebooting = {
  ...order,
  steps: [{ mode: 'do' as const, timeoutMs: 5000, argv: ['@reboot', 'always'] }],
};
const at = { bootId: 'boot-1', startedBootId: 'boot-1', outputBytes: 0 };
const exited: RunnerStatus = { state: 'exited', code: 0, ...at };
const interrupted: RunnerStatus = { state: 'interrupted', ...at };

type Answer = RunnerStatus | Partial<CommandResult> | Error | ((call: FakeCall) => Partial<CommandResult>);

/** A host that gives these answers in turn, the last one again and again. */
function hostThatAnswers(...answers: Answer[]): FakeShell {
  let next = 0;
  return new FakeShell((call) => {
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer(call);
    if (answer !== undefined && 'state' in answer) return { stderr: `${formatStatus(answer)}\n` };
    return answer ?? {};
  });
}

function journal(shell: FakeShell, options: StepJournalOptions = {}): StepJournal {
  return new StepJournal(shell, { root: '/j', firstPauseMs: 1, longestPauseMs: 2, ...options });
}

const signal = new AbortController().signal;
const lost = new ConnectionLost(host, 'cut');

describe('StepJournal', () => {
  it('gives the exit code of an attempt that ran to its end', async () => {
    const shell = hostThatAnswers({ ...exited, code: 3 });
    expect(await journal(shell).execute(host, order, { signal })).toEqual({
      kind: 'exited',
      code: 3,
      bootId: 'boot-1',
      facts: NO_FACTS,
    });
    const request = { attemptId: order.attemptId, epoch: 3, outputOffset: 0, steps: order.steps };
    expect(shell.calls[0]?.argv).toEqual(encodeRun(runnerPath('/j'), request));
  });

  it.each([
    ['debian-12', { argv: encodeServe(runnerPath('/j')), request: ['inspect', order.attemptId] }],
    ['windows-2022', undefined],
  ])('on %s it asks a runner that stays: %j', async (os, resident) => {
    const seen: RunOptions[] = [];
    const shell: RemoteShell = {
      run: async (_, __, options) => {
        seen.push(options);
        return { exitCode: 0, stdout: '', stderr: formatStatus(exited) };
      },
      close: async () => undefined,
    };
    await new StepJournal(shell, { root: '/j' }).inspect({ ...host, os }, order.attemptId, {
      timeoutMs: 1000,
      signal,
    });
    const asked = seen[0]?.resident;
    expect(asked && { argv: asked.argv, request: asked.request }).toEqual(resident);
  });

  it.each([2, 127])(
    'brings the runner to a host that lacks it (exit code %i), then asks again',
    async (exitCode) => {
      const shell = hostThatAnswers({ exitCode, stderr: 'sh: cannot open' }, { exitCode: 0 }, exited);
      expect(await journal(shell).execute(host, order, { signal })).toMatchObject({ kind: 'exited' });
      expect(shell.calls[1]).toMatchObject({ stdin: RUNNER_SCRIPT });
      expect(shell.calls[2]?.argv).toEqual(shell.calls[0]?.argv);
    },
  );

  it('passes on nothing twice that came before a runner ended like one that is missing', async () => {
    const first = { exitCode: 2, stdout: 'one\n', stderr: 'sh: Cannot fork' };
    const shell = hostThatAnswers(first, { exitCode: 0 }, { stdout: 'two\n', stderr: formatStatus(exited) });
    let output = '';
    const onOutput = (chunk: Buffer): void => void (output += chunk.toString());
    expect(await journal(shell).execute(host, order, { signal, onOutput })).toMatchObject({ kind: 'exited' });
    expect(output).toBe('one\ntwo\n');
    expect(parseRunnerArgv(shell.calls[2]?.argv ?? [])).toMatchObject({ outputOffset: 4 });
  });

  it('attaches again after a lost connection and asks only for the output it has not seen', async () => {
    const first = ({ write }: FakeCall): never => {
      write('one\n');
      throw lost;
    };
    const shell = hostThatAnswers(first, lost, { stdout: 'two\n', stderr: formatStatus(exited) });
    let output = '';
    const onOutput = (chunk: Buffer): void => void (output += chunk.toString());
    expect(await journal(shell).execute(host, order, { signal, onOutput })).toMatchObject({ kind: 'exited' });
    expect(output).toBe('one\ntwo\n');
    const offsets = shell.calls
      .map(({ argv }) => parseRunnerArgv(argv))
      .map((call) => call?.kind === 'run' && call.outputOffset);
    expect(offsets).toEqual([0, 4, 4]);
  });

  it('tells that an attempt was killed on the way, and never takes that for an exit', async () => {
    const end = await journal(hostThatAnswers(interrupted)).execute(host, order, { signal });
    expect(end).toEqual({ kind: 'interrupted', bootId: 'boot-1' });
  });

  it('tells that the host went down under an attempt', async () => {
    const status: RunnerStatus = {
      state: 'rebooted',
      bootId: 'boot-2',
      startedBootId: 'boot-1',
      outputBytes: 0,
    };
    const end = await journal(hostThatAnswers(status)).execute(host, order, { signal });
    expect(end).toEqual({ kind: 'rebooted', bootBefore: 'boot-1', bootNow: 'boot-2', facts: NO_FACTS });
  });

  it('passes on the facts that an attempt stated', async () => {
    const facts: HostFacts = {
      packages: [{ name: 'nginx', from: '1.22-1', to: '1.22-2' }],
      notes: { held: 'tzdata' },
    };
    const shell = hostThatAnswers({ stderr: `${formatFacts(facts)}${formatStatus(exited)}\n` });
    expect(await journal(shell).execute(host, order, { signal })).toMatchObject({ kind: 'exited', facts });
  });

  it('waits for a rebooting host until another boot id answers, not until it answers', async () => {
    const refused = new Unreachable(host, 'refused', 'down');
    const notYet = new Unreachable(host, 'authentication', 'pam_nologin');
    const back: RunnerStatus = {
      state: 'rebooted',
      bootId: 'boot-2',
      startedBootId: 'boot-1',
      outputBytes: 0,
    };
    const shell = hostThatAnswers({ exitCode: 137 }, interrupted, lost, refused, refused, notYet, back);
    const end = await journal(shell).execute(host, rebooting, { signal });
    expect(end).toMatchObject({ kind: 'rebooted', bootNow: 'boot-2' });
  });

  it('calls a reboot that never came interrupted when the time is up', async () => {
    const end = await journal(hostThatAnswers(interrupted)).execute(
      host,
      { ...rebooting, timeoutMs: 50 },
      { signal },
    );
    expect(end).toEqual({ kind: 'interrupted', bootId: 'boot-1' });
  });

  it.each(['stale-epoch', 'other-command', 'journal-unwritable'])(
    'passes on that the host refused: %s',
    async (reason) => {
      const shell = hostThatAnswers({ state: 'refused', bootId: 'b', outputBytes: 0, reason });
      expect(await journal(shell).execute(host, order, { signal })).toEqual({ kind: 'refused', reason });
    },
  );

  it('throws Unreachable when no contact came about, after a bounded number of tries', async () => {
    const shell = new FakeShell();
    shell.breakHost(host.address);
    const call = journal(shell, { firstContactTries: 3 }).execute(host, order, { signal });
    await expect(call).rejects.toMatchObject({ reason: 'refused' });
  });

  it('does not try again what a person has to put right first', async () => {
    let logins = 0;
    const shell = hostThatAnswers(() => {
      logins += 1;
      throw new Unreachable(host, 'host-key-changed', 'another machine');
    });
    await expect(journal(shell).execute(host, order, { signal })).rejects.toThrow(Unreachable);
    expect(logins).toBe(1);
  });

  it('calls an attempt lost, not unreachable, when it may have been started', async () => {
    const changed = new Unreachable(host, 'host-key-changed', 'another machine');
    const end = await journal(hostThatAnswers(lost, changed)).execute(host, order, { signal });
    expect(end).toMatchObject({ kind: 'lost', reason: expect.stringContaining('another machine') as string });
  });

  it('looks for a host it has lost until the time is up, however often that fails', async () => {
    const shell = hostThatAnswers(lost);
    const end = await journal(shell).execute(host, { ...order, timeoutMs: 400 }, { signal });
    expect(end).toEqual({
      kind: 'lost',
      reason: `no end was seen within 1 second (${lost.message}); it may run on`,
    });
    expect(shell.calls.length).toBeGreaterThan(10);
  });

  it('does not say of a reboot that was not seen to end that it may run on', async () => {
    const shell = hostThatAnswers(lost);
    const end = await journal(shell).execute(host, { ...rebooting, timeoutMs: 60 }, { signal });
    expect(end).toEqual({ kind: 'lost', reason: `no new boot was seen within 1 second (${lost.message})` });
  });

  it('says once that the time was up', async () => {
    const shell = hostThatAnswers(new TimedOut(host, 60));
    const end = await journal(shell).execute(host, { ...order, timeoutMs: 60 }, { signal });
    expect(end).toEqual({ kind: 'lost', reason: 'no end was seen within 1 second; it may run on' });
  });

  it('calls an attempt lost, with what was said, when the runner cannot work there', async () => {
    const shell = hostThatAnswers({ exitCode: 1, stderr: 'sudo: a password is required\n' });
    const end = await journal(shell).execute(host, order, { signal });
    expect(end).toMatchObject({
      kind: 'lost',
      reason: expect.stringContaining('password is required') as string,
    });
  });

  it('stops following when the caller gives up', async () => {
    const stop = new AbortController();
    const shell = new FakeShell(() => new Promise(() => undefined));
    const call = journal(shell).execute(host, order, { signal: stop.signal });
    stop.abort(new Error('shutting down'));
    await expect(call).rejects.toThrow('shutting down');
  });

  it('asks for the status of an attempt without starting it', async () => {
    const shell = hostThatAnswers({ state: 'absent', bootId: 'b', outputBytes: 0 });
    const status = await journal(shell).inspect(host, order.attemptId, { timeoutMs: 1000, signal });
    expect(status.state).toBe('absent');
    expect(shell.calls[0]?.argv).toEqual(['sh', runnerPath('/j'), 'inspect', order.attemptId]);
  });

  it('does not take a relative path for the place of the journals', () => {
    expect(() => new StepJournal(new FakeShell(), { root: 'here' })).toThrow(/absolute/);
  });
});
