import { type AttemptEnd, Unquotable, Unreachable } from '@patchtide/connectors/remote-shell';
import type { Action } from '@patchtide/contracts';
import { type AttemptFacts, endingOf, type Seen } from './ending';

const host = { address: '10.1.0.11', port: 22 };
const exited = (code: number): AttemptEnd => ({ kind: 'exited', code, bootId: 'boot-1' });
const afterReboot: AttemptEnd = { kind: 'rebooted', bootBefore: 'boot-1', bootNow: 'boot-2' };

function ending(seen: Seen, facts: Partial<AttemptFacts> = {}) {
  return endingOf(seen, { action: 'STOP', output: '', wasHandedOutBefore: false, ...facts });
}

describe('the end of an attempt', () => {
  it('is success when exit code 0 is on record', () => {
    expect(ending(exited(0))).toEqual({
      outcome: 'succeeded',
      summary: 'Done.',
      exitCode: 0,
      bootId: 'boot-1',
    });
  });

  it.each([1, 3, 100, 127, 137, 255])('is failure with exit code %i', (code) => {
    expect(ending(exited(code))).toMatchObject({ outcome: 'failed', exitCode: code });
  });

  it('is a time-out with exit code 124', () => {
    expect(ending(exited(124))).toMatchObject({ outcome: 'timed-out', exitCode: 124 });
  });

  const withoutCode: [string, Seen][] = [
    ['interrupted', { kind: 'interrupted', bootId: 'boot-1' }],
    ['rebooted', afterReboot],
    ['lost', { kind: 'lost', reason: 'no end was seen' }],
    ['refused', { kind: 'refused', reason: 'journal-unwritable' }],
    ['refused for a reason from the future', { kind: 'refused', reason: 'full-moon' }],
    ['unreachable', new Unreachable(host, 'no-answer', 'silence')],
    ['impossible', new Unquotable('a NUL character')],
  ];

  it.each(withoutCode)('is never success without an exit code: %s', (_, seen) => {
    expect(ending(seen)?.outcome).not.toBe('succeeded');
    expect(ending(seen)).not.toHaveProperty('exitCode');
  });

  it.each(withoutCode.slice(0, 3))('is unknown when it may have had its effect: %s', (_, seen) => {
    expect(ending(seen)?.outcome).toBe('unknown');
  });

  it('is a reboot when the boot id changed', () => {
    expect(ending(afterReboot, { action: 'REBOOT' })).toEqual({
      outcome: 'succeeded',
      summary: 'Rebooted and back.',
      facts: { rebooted: 'true' },
      bootId: 'boot-2',
    });
  });

  it('is success for a reboot that was not needed, and says so', () => {
    const seen = ending(exited(0), { action: 'REBOOT', output: 'reboot not needed\n' });
    expect(seen).toMatchObject({ outcome: 'succeeded', facts: { rebooted: 'false' } });
  });

  it('is no reboot when the server only says that all went well', () => {
    expect(ending(exited(0), { action: 'REBOOT', output: 'rebooting\n' })?.outcome).toBe('failed');
  });

  it.each<Action>(['STOP', 'START', 'PATCH', 'VERIFY'])(
    'is unknown when the server went down under %s',
    (action) => {
      expect(ending(afterReboot, { action })?.outcome).toBe('unknown');
    },
  );

  it.each(['journal-unwritable', 'other-attempt-running', 'no-flock'])(
    'is failure when nothing was started: %s',
    (reason) => {
      expect(ending({ kind: 'refused', reason })).toMatchObject({
        outcome: 'failed',
        summary: expect.stringContaining('Nothing was started') as string,
      });
    },
  );

  it('is left to the one who has the newer order', () => {
    expect(ending({ kind: 'refused', reason: 'stale-epoch' })).toBeNull();
  });

  it('is unreachable only when nobody can have started it before', () => {
    const seen = new Unreachable(host, 'no-answer', 'silence');
    expect(ending(seen)?.outcome).toBe('unreachable');
    expect(ending(seen, { wasHandedOutBefore: true })?.outcome).toBe('unknown');
  });

  it('has a summary that fits the report', () => {
    expect(ending({ kind: 'lost', reason: 'x'.repeat(1000) })?.summary).toHaveLength(500);
  });
});
