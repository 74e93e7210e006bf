import { doStep, follow, newTestHost, untilStep } from '../testing/host-fixture';

const ATTEMPT = 'CHG1/stop-crm-db/1';
const UNIT = 'postgresql@15-main';
const stop = doStep('systemctl', 'stop', UNIT);

describe('the step journal of a simulated host', () => {
  it('runs all steps in order and ends with the code 0', () => {
    const test = newTestHost();
    const seen = follow(test, [stop, untilStep('@unit-inactive', UNIT), doStep('echo', 'done')]);
    expect(seen.status).toBeUndefined();
    test.clock.advance(5_000);
    const { bootId } = test.host.state;
    expect(seen.status).toEqual({ state: 'exited', code: 0, bootId, startedBootId: bootId, outputBytes: 5 });
    expect(seen.output).toBe('done\n');
    expect(test.truth.executions.map(({ argv, code }) => [argv[0], code])).toEqual([
      ['systemctl', 0],
      ['@unit-inactive', 0],
      ['echo', 0],
    ]);
  });

  it('ends with the code of the first step that fails', () => {
    const test = newTestHost();
    const seen = follow(test, [doStep('systemctl', 'stop', 'nosuch'), doStep('echo', 'never')]);
    test.clock.advance(5_000);
    expect(seen.status).toMatchObject({ state: 'exited', code: 5 });
    expect(seen.output).not.toContain('never');
  });

  it('knows nothing of an attempt that never reached it', () => {
    const { host } = newTestHost();
    expect(host.runner.inspect(ATTEMPT)).toEqual({
      state: 'absent',
      bootId: host.state.bootId,
      outputBytes: 0,
    });
  });

  it('executes an attempt once, however often it is launched, and tells everyone the same', () => {
    const test = newTestHost();
    const all = Array.from({ length: 60 }, () => follow(test, [stop, doStep('echo', 'done')]));
    test.clock.advance(5_000);
    all.push(follow(test, [stop, doStep('echo', 'done')]));
    expect(new Set(all.map(({ output, status }) => `${output} ${status?.state} ${status?.code}`))).toEqual(
      new Set(['done\n exited 0']),
    );
    expect(test.truth.attempt('srv-0001', ATTEMPT)).toMatchObject({ requests: 61, executions: 1 });
    expect(test.truth.executions).toHaveLength(2);
  });

  it('goes on without anyone who follows, and continues the output from an offset', () => {
    const test = newTestHost();
    const first = follow(test, [
      doStep('echo', 'one'),
      untilStep('test', '!', '-e', '/etc/cron.d/billing'),
      doStep('echo', 'two'),
    ]);
    test.clock.advance(3_000);
    first.detach();
    test.host.state.files.delete('/etc/cron.d/billing');
    test.clock.advance(3_000);
    const late = follow(
      test,
      [doStep('echo', 'one'), untilStep('test', '!', '-e', '/etc/cron.d/billing'), doStep('echo', 'two')],
      {
        outputOffset: 4,
      },
    );
    expect(first.output).toBe('one\n');
    expect(late).toMatchObject({ output: 'two\n', status: { state: 'exited', code: 0, outputBytes: 8 } });
  });

  it('refuses an epoch older than the one it has seen, and accepts a newer one', () => {
    const test = newTestHost();
    follow(test, [stop], { epoch: 4 });
    const { bootId } = test.host.state;
    expect(follow(test, [stop], { epoch: 3 }).status).toEqual({
      state: 'refused',
      reason: 'stale-epoch',
      bootId,
      startedBootId: bootId,
      outputBytes: 0,
    });
    follow(test, [stop], { epoch: 9 });
    expect(follow(test, [stop], { epoch: 8 }).status?.reason).toBe('stale-epoch');
  });

  it('refuses another command under a known attempt id', () => {
    const test = newTestHost();
    follow(test, [stop]);
    expect(follow(test, [doStep('reboot')]).status?.reason).toBe('other-command');
    expect(test.truth.attempt('srv-0001', ATTEMPT)).toMatchObject({ executions: 1, refusals: 1 });
  });

  it('kills a step past its timeout and ends with 124', () => {
    const test = newTestHost([{ command: 'systemctl stop', kind: 'hang' }]);
    const seen = follow(test, [{ ...stop, timeoutMs: 2_000 }]);
    test.clock.advance(1_999);
    expect(seen.status).toBeUndefined();
    test.clock.advance(1);
    expect(seen.status).toMatchObject({ state: 'exited', code: 124 });
    expect(test.truth.executions[0]?.ending).toBe('killed');
  });

  it('repeats an until step each second, as one execution with many tries', () => {
    const test = newTestHost();
    const seen = follow(test, [untilStep('@unit-inactive', UNIT)]);
    test.clock.advance(9_999);
    expect(seen.status).toBeUndefined();
    test.clock.advance(1);
    expect(seen.status).toMatchObject({ state: 'exited', code: 124 });
    expect(test.truth.executions).toHaveLength(1);
    expect(test.truth.executions[0]?.tries).toBe(10);
  });

  it('never has an exit code for an attempt whose runner was killed', () => {
    const test = newTestHost([{ command: 'systemctl stop', kind: 'lose-exit' }]);
    const seen = follow(test, [stop]);
    test.clock.advance(60_000);
    expect(seen.status?.state).toBe('interrupted');
    expect(follow(test, [stop]).status?.state).toBe('interrupted');
    expect(test.truth.attempt('srv-0001', ATTEMPT).executions).toBe(1);
  });
});

describe('a reboot step', () => {
  const reboot = doStep('@reboot', 'always');

  it('ends by the host coming back with another boot id', () => {
    const test = newTestHost();
    const before = test.host.state.bootId;
    const seen = follow(test, [reboot]);
    test.clock.advance(60_000);
    expect(seen.status).toBeUndefined();
    expect(test.host.runner.inspect(ATTEMPT)).toMatchObject({ state: 'rebooted', startedBootId: before });
    expect(test.host.state.bootId).not.toBe(before);
  });

  it('is skipped when nothing asks for it', () => {
    const test = newTestHost();
    const seen = follow(test, [doStep('@reboot', 'if-needed')]);
    test.clock.advance(1_000);
    expect(seen).toMatchObject({ output: 'reboot not needed\n', status: { state: 'exited', code: 0 } });
  });

  it('is done when an update asks for it', () => {
    const test = newTestHost();
    test.host.state.rebootRequired = true;
    follow(test, [doStep('@reboot', 'if-needed')]);
    test.clock.advance(60_000);
    expect(test.host.runner.inspect(ATTEMPT).state).toBe('rebooted');
    expect(test.host.state.rebootRequired).toBe(false);
  });

  it('leaves an interrupted attempt when the host returns with the same boot id', () => {
    const test = newTestHost([{ command: 'reboot', kind: 'same-boot-id' }]);
    follow(test, [reboot]);
    test.clock.advance(60_000);
    expect(test.events).toEqual(['down', 'up']);
    expect(test.host.runner.inspect(ATTEMPT).state).toBe('interrupted');
  });

  it('fails with its own code when the host refuses to reboot', () => {
    const test = newTestHost([{ command: 'systemctl reboot', kind: 'fail' }]);
    const seen = follow(test, [reboot]);
    test.clock.advance(60_000);
    expect(seen.status).toMatchObject({ state: 'exited', code: 1 });
    expect(test.events).toEqual([]);
  });

  it('marks every other attempt it interrupts as rebooted, too', () => {
    const test = newTestHost([{ command: 'apt-get upgrade', kind: 'crash', extraMs: 5_000 }]);
    follow(test, [doStep('apt-get', '-y', 'upgrade')]);
    test.clock.advance(60_000);
    expect(test.host.runner.inspect(ATTEMPT).state).toBe('rebooted');
    expect(test.truth.executions[0]?.ending).toBe('host-went-down');
    expect(test.host.state.dpkgInterrupted).toBe(true);
  });
});
