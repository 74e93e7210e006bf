import type { SuppressionEvent } from '@patchtide/contracts';
import { type Suppression, emptyState, evolveAll, hasOpen } from './suppression-state';

const at = '2026-11-29T22:00:00Z';
const windowEnd = '2026-11-30T01:00:00Z';
const key = { kind: 'hold', subject: 'job-1' } as const;

const intended = (ref: Record<string, unknown> = { path: '/etc/cron.d/a' }): SuppressionEvent => ({
  type: 'SuppressionIntended',
  data: { ...key, ci: 'job-1', system: 'cron', ref, windowEnd, at },
});
const taken = (state = 'scheduled'): SuppressionEvent => ({
  type: 'SuppressionTaken',
  data: { ...key, foreignId: 'x', prior: { state }, endsAt: windowEnd, at },
});
const lifted: SuppressionEvent = { type: 'SuppressionLifted', data: { ...key, at } };

function after(...events: SuppressionEvent[]) {
  return evolveAll(
    emptyState,
    events.map((event, index) => ({ id: `id-${index}`, version: index + 1, event })),
  );
}
const job = (...events: SuppressionEvent[]): Suppression | undefined =>
  after(...events).suppressions.get('hold job-1');

describe('a suppression', () => {
  it('is intended, taken with what was there before, and lifted', () => {
    expect(job(intended())).toMatchObject({ status: 'intended', system: 'cron', windowEnd });
    expect(job(intended(), taken())).toMatchObject({ status: 'taken', prior: { state: 'scheduled' } });
    expect(job(intended(), taken(), lifted)).toMatchObject({ status: 'lifted' });
  });

  it('stays owed, with its first prior state, through later attempts to take it', () => {
    const again = job(intended(), taken('scheduled'), intended({ path: '/etc/cron.d/b' }), taken('idle'));
    expect(again).toMatchObject({
      status: 'taken',
      prior: { state: 'scheduled' },
      ref: { path: '/etc/cron.d/b' },
    });
  });

  it('begins anew when it is taken again after it was lifted', () => {
    expect(job(intended(), taken('scheduled'), lifted, intended())).not.toHaveProperty('prior');
    expect(job(intended(), taken('scheduled'), lifted, intended(), taken('idle'))).toMatchObject({
      prior: { state: 'idle' },
    });
  });

  it('is open until it was lifted, also when it was only intended', () => {
    expect(hasOpen(after(intended()))).toBe(true);
    expect(hasOpen(after(intended(), taken(), lifted))).toBe(false);
    expect(hasOpen(emptyState)).toBe(false);
  });

  it('remembers which event ids are recorded, and the version', () => {
    expect(after(intended(), taken())).toMatchObject({ version: 2, recorded: new Set(['id-0', 'id-1']) });
  });
});
