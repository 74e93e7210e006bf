import type { AttemptEnd, AttemptOrder } from '../remote-shell/attempt';
import { exchangesOf, FakeWindowsHost } from './testing/fake-windows-host';
import { follow } from './testing/windows-journal';

/** The conversations in testing/exchanges were written by hand: no Windows host has been recorded. */
async function play(name: string, order: AttemptOrder): Promise<{ end: AttemptEnd; output: string }> {
  const host = new FakeWindowsHost(exchangesOf(name));
  const seen = await follow(host, order);
  expect(host.left).toBe(0);
  return seen;
}

const bootId = '639309708124871650';
const patch: AttemptOrder = {
  attemptId: 'CHG0031337/patch-srv-0101/1',
  epoch: 1,
  steps: [{ mode: 'do', timeoutMs: 7_200_000, argv: ['@patch', 'wua', 'scope=security', 'skip=KB5034439'] }],
  timeoutMs: 60_000,
};
const reboot: AttemptOrder = {
  ...patch,
  attemptId: 'CHG0031337/reboot-srv-0101/1',
  steps: [{ mode: 'do', timeoutMs: 2_700_000, argv: ['@reboot', 'if-needed', 'wua'] }],
};
const stop: AttemptOrder = {
  ...patch,
  attemptId: 'CHG0031337/stop-crm-web/1',
  steps: [
    { mode: 'do', timeoutMs: 300_000, argv: ['@unit-stop', 'W3SVC'] },
    { mode: 'until', timeoutMs: 119_500, argv: ['@unit-stopped', 'W3SVC'] },
  ],
};

describe('attempts on a Windows host, as written down', () => {
  it('brings the program to a host that lacks it, whatever the language and exit code that says so', async () => {
    const { end } = await play('first-contact', patch);
    expect(end).toMatchObject({ kind: 'exited', code: 0, bootId });
  });

  it('passes on each byte of the output once, also across a lost connection', async () => {
    const { output } = await play('first-contact', patch);
    expect(output.split('\n')).toHaveLength(5);
    expect(output).toMatch(/^patchtide: left out, .*\n(.*\n){2}patchtide: 2 updates installed\n$/);
  });

  it('reads the facts: updates by their articles, and why a reboot is needed', async () => {
    const { end } = await play('first-contact', patch);
    expect(end).toMatchObject({
      facts: {
        packages: [
          { name: 'KB5046616', from: null, to: 'installed' },
          { name: 'KB5046547', from: null, to: 'installed' },
        ],
        notes: { 'reboot-needed': 'Windows Update asks for it, component servicing asks for it' },
      },
    });
  });

  it('waits for another boot, not for an answer', async () => {
    const { end } = await play('reboot', reboot);
    expect(end).toMatchObject({ kind: 'rebooted', bootBefore: bootId, bootNow: '639309781990312240' });
  });

  it('says that no reboot was needed in the words that the agent looks for', async () => {
    const { end, output } = await play('reboot-not-needed', reboot);
    expect(end).toMatchObject({ kind: 'exited', code: 0 });
    expect(output).toMatch(/^reboot not needed$/m);
  });

  it('tells which update failed and which was installed beside it, behind noise of PowerShell', async () => {
    const { end } = await play('update-fails', patch);
    expect(end).toMatchObject({ kind: 'exited', code: 1, facts: { packages: [{ name: 'KB890830' }] } });
    expect(end).toMatchObject({
      facts: { notes: { failure: expect.stringContaining('0x800F0922') as string } },
    });
  });

  it('names the services for which one was not stopped', async () => {
    const { end } = await play('service-needed', stop);
    expect(end).toMatchObject({
      code: 1,
      facts: { notes: { failure: expect.stringContaining('CrmSync') as string } },
    });
  });

  it('tells that the task was ended on the way, and never takes that for an exit', async () => {
    const { end } = await play('killed-on-the-way', stop);
    expect(end).toEqual({ kind: 'interrupted', bootId });
  });

  it('tells that nothing was started when the task scheduler refuses', async () => {
    const { end } = await play('not-started', stop);
    expect(end).toEqual({ kind: 'refused', reason: 'not-started' });
  });

  it('calls an attempt lost, with what was said, when a policy forbids the program', async () => {
    const { end } = await play('script-blocked', stop);
    expect(end).toMatchObject({
      kind: 'lost',
      reason: expect.stringContaining('not digitally signed') as string,
    });
  });

  it('fails on a request that is not in the conversation', async () => {
    const host = new FakeWindowsHost(exchangesOf('not-started'));
    await expect(follow(host, { ...stop, epoch: 2 })).rejects.toThrow(
      /exchange 1 is for .*, not .*"epoch":2/,
    );
  });
});
