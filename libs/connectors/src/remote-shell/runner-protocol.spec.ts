import {
  encodeInspect,
  encodeRun,
  formatStatus,
  parseRunnerArgv,
  parseStatus,
  type RunnerStatus,
} from './runner-protocol';

const runner = '/var/lib/patchtide/runner-0123456789ab.sh';
const attemptId = 'CHG1/stop-crm-db/1';

describe('runner protocol: requests', () => {
  it('writes a run request as counted arguments, so that no argument can be taken for another', () => {
    const steps = [
      { mode: 'do' as const, timeoutMs: 1500, argv: ['systemctl', 'stop', 'a b'] },
      { mode: 'until' as const, timeoutMs: 30_000, argv: ['@unit-inactive', 'do'] },
    ];
    const argv = encodeRun(runner, { attemptId, epoch: 7, outputOffset: 42, steps });

    expect(argv.join('|')).toBe(
      `sh|${runner}|run|${attemptId}|7|42|--|do|2|3|systemctl|stop|a b|until|30|2|@unit-inactive|do`,
    );
  });

  it('reads back a run request', () => {
    const request = {
      attemptId,
      epoch: 7,
      outputOffset: 0,
      steps: [
        { mode: 'do' as const, timeoutMs: 2000, argv: ['echo', '', '--', 'do', '1', '1'] },
        { mode: 'until' as const, timeoutMs: 1000, argv: ['x'] },
      ],
    };
    expect(parseRunnerArgv(encodeRun(runner, request))).toEqual({ kind: 'run', runner, ...request });
  });

  it('reads back an inspect request', () => {
    expect(parseRunnerArgv(encodeInspect(runner, attemptId))).toEqual({ kind: 'inspect', runner, attemptId });
  });

  it.each([
    ['another program', ['ls', runner, 'inspect', attemptId]],
    ['an unknown verb', ['sh', runner, 'erase', attemptId]],
    ['a word too many', ['sh', runner, 'inspect', attemptId, 'x']],
    ['no steps', ['sh', runner, 'run', attemptId, '1', '0', '--']],
    ['a negative epoch', ['sh', runner, 'run', attemptId, '-1', '0', '--', 'do', '1', '1', 'true']],
    [
      'fewer arguments than counted',
      ['sh', runner, 'run', attemptId, '1', '0', '--', 'do', '1', '2', 'true'],
    ],
    ['an unknown mode', ['sh', runner, 'run', attemptId, '1', '0', '--', 'maybe', '1', '1', 'true']],
    ['an empty step', ['sh', runner, 'run', attemptId, '1', '0', '--', 'do', '1', '0']],
  ])('does not take %s for a runner call', (_, argv) => {
    expect(parseRunnerArgv(argv)).toBeUndefined();
  });
});

describe('runner protocol: status line', () => {
  const statuses: RunnerStatus[] = [
    { state: 'absent', bootId: 'b-1', outputBytes: 0 },
    { state: 'exited', code: 0, bootId: 'b-1', startedBootId: 'b-1', outputBytes: 12 },
    { state: 'exited', code: 124, bootId: 'b-1', startedBootId: 'b-1', outputBytes: 0 },
    { state: 'rebooted', bootId: 'b-2', startedBootId: 'b-1', outputBytes: 5 },
    { state: 'refused', bootId: 'b-1', outputBytes: 0, reason: 'stale-epoch' },
  ];

  it.each(statuses)('reads back %j', (status) => {
    expect(parseStatus(`${formatStatus(status)}\n`)).toEqual(status);
  });

  it('is written as one line of named words', () => {
    expect(formatStatus({ state: 'exited', code: 3, bootId: 'b', startedBootId: 'b', outputBytes: 9 })).toBe(
      'patchtide-status state=exited code=3 boot=b started-boot=b size=9',
    );
  });

  it('is found behind noise from login scripts, and the last one counts', () => {
    const noise = 'warning: old kernel\n';
    const claimed = formatStatus({ state: 'claimed', bootId: 'b', outputBytes: 0 });
    const running = formatStatus({ state: 'running', bootId: 'b', startedBootId: 'b', outputBytes: 1 });
    expect(parseStatus(`${noise}${claimed}\n${running}\nbye\n`)?.state).toBe('running');
  });

  it.each([
    ['nothing', ''],
    ['a cut line', 'patchtide-status state=exited code=0 boot=b'],
    ['an exit without a code', 'patchtide-status state=exited code=- boot=b started-boot=b size=0'],
    ['a code without an exit', 'patchtide-status state=interrupted code=0 boot=b started-boot=b size=0'],
    ['an unknown state', 'patchtide-status state=done code=0 boot=b started-boot=b size=0'],
    [
      'a quoted status inside a sentence',
      'said: patchtide-status state=exited code=0 boot=b started-boot=b size=0',
    ],
  ])('is not seen in %s', (_, text) => {
    expect(parseStatus(text)).toBeUndefined();
  });
});
