import {
  type AttemptEnd,
  type HostFacts,
  NO_FACTS,
  Unquotable,
  Unreachable,
} from '@patchtide/connectors/remote-shell';
import type { Action } from '@patchtide/contracts';
import { type AttemptFacts, endingOf, type Seen } from './ending';

const host = { address: '10.1.0.11', port: 22 };
const exited = (code: number, facts: Partial<HostFacts> = {}): AttemptEnd => ({
  ...{ kind: 'exited', code, bootId: 'boot-1' },
  facts: { ...NO_FACTS, ...facts },
});
const afterReboot: AttemptEnd = {
  ...{ kind: 'rebooted', bootBefore: 'boot-1', bootNow: 'boot-2' },
  facts: NO_FACTS,
};
const notBegun: Seen = {
  ...{ kind: 'not-begun', notAfter: '2026-11-29T22:31:30Z' },
  at: new Date('2026-11-29T22:40:00Z'),
};
const nginx = { name: 'nginx', from: '1', to: '2' };

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
    ['never begun', notBegun],
    ['not begun by a clock that is behind', { ...notBegun, kind: 'clock-behind' }],
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

  it.each(['journal-unwritable', 'other-attempt-running', 'later-attempt-started', 'no-flock'])(
    'is failure when nothing was started: %s',
    (reason) => {
      expect(ending({ kind: 'refused', reason })).toMatchObject({
        outcome: 'failed',
        summary: expect.stringContaining('Nothing was started') as string,
      });
    },
  );

  it('says of an attempt that never began that nothing was started, and both times for comparing clocks', () => {
    expect(ending(notBegun)).toEqual({
      outcome: 'not-begun',
      summary: expect.stringMatching(/^Nothing was started: .*22:31:30Z.*22:40:00/) as string,
    });
  });

  it('says of an executor whose clock is behind that nothing was started, and what it takes for now', () => {
    expect(ending({ ...notBegun, kind: 'clock-behind' })).toEqual({
      outcome: 'not-begun',
      summary: expect.stringMatching(
        /^Nothing was started: .*behind.*22:40:00.*time server, then retry\.$/,
      ) as string,
    });
  });

  it('tells in the words of the host why it failed, and what is not as it was', () => {
    const notes = { failure: 'nginx could not be configured.' };
    const seen = ending(exited(1, { packages: [nginx], notes }), { action: 'PATCH' });
    expect(seen).toMatchObject({ outcome: 'failed', packages: [nginx], facts: notes });
    expect(seen?.summary).toMatch(/^Nginx could not be configured; so far: 1 package updated\. Read the/);
  });

  it('does not count a package as updated that was left half-way', () => {
    const notes = { 'half-configured': 'nginx (1 to 2)' };
    expect(ending(exited(124, { notes }), { action: 'PATCH' })?.summary).toMatch(
      /^A step took too long and was ended; so far: half-configured: nginx \(1 to 2\)\. Read the/,
    );
  });

  it('says once what helps, where the host has said it, and what changed before that', () => {
    const notes = { failure: 'the site is broken. Correct it by hand' };
    expect(ending(exited(1, { packages: [nginx], notes }))?.summary).toBe(
      'The site is broken; so far: 1 package updated. Correct it by hand. Then retry.',
    );
  });

  it('says what a patch changed, and what a step changed that is no patch', () => {
    expect(ending(exited(0), { action: 'PATCH' })).toMatchObject({ summary: 'No package had to change.' });
    expect(ending(exited(0, { packages: [nginx] }), { action: 'START' })).toMatchObject({
      summary: 'Done: 1 package updated.',
      packages: [nginx],
    });
  });

  it('adds to what the host notes about a reboot whether there was one', () => {
    const facts = { packages: [], notes: { 'reboot-needed': 'linux-image-6.1' } };
    expect(ending({ ...afterReboot, facts }, { action: 'REBOOT' })).toMatchObject({
      facts: { 'reboot-needed': 'linux-image-6.1', rebooted: 'true' },
    });
    const notNeeded = exited(0, { notes: { 'reboot-needed': 'no' } });
    expect(ending(notNeeded, { action: 'REBOOT' })).toMatchObject({
      summary: 'No reboot was needed.',
      facts: { 'reboot-needed': 'no', rebooted: 'false' },
    });
  });

  it('is left to the one who has the newer order', () => {
    expect(ending({ kind: 'refused', reason: 'stale-epoch' })).toBeNull();
  });

  it('is unreachable only when nobody can have started it before', () => {
    const seen = new Unreachable(host, 'no-answer', 'silence');
    expect(ending(seen)?.outcome).toBe('unreachable');
    expect(ending(seen, { wasHandedOutBefore: true })?.outcome).toBe('unknown');
  });

  it.each([
    ['was lost', { kind: 'lost', reason: 'no end was seen' } as const],
    ['cannot be reached any more', new Unreachable(host, 'refused', 'no sshd')],
  ])('says what to do about a server that %s in its reboot', (_, seen) => {
    expect(ending(seen, { action: 'REBOOT', wasHandedOutBefore: true })).toMatchObject({
      outcome: 'unknown',
      summary: expect.stringMatching(/not seen to come back.*complete this job, or retry/) as string,
    });
  });

  it.each<[Action, string]>([
    ['STOP', 'Look at the server before you retry: no end was seen within 1 minute; it may run on.'],
    ['REBOOT', 'What was seen: no end was seen within 1 minute; it may run on.'],
  ])('ends with a full stop when the end of %s was not seen', (action, sentence) => {
    const seen: Seen = { kind: 'lost', reason: 'no end was seen within 1 minute; it may run on' };
    expect(ending(seen, { action })?.summary.endsWith(sentence)).toBe(true);
  });

  it('has a summary that fits the report', () => {
    expect(ending({ kind: 'lost', reason: 'x'.repeat(1000) })?.summary).toHaveLength(500);
  });
});
