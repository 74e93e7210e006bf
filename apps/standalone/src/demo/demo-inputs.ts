import type { Change, Policy } from '@patchtide/contracts';

const HOUR_MS = 3_600_000;

/** The demo's policy: the standard procedure with the durations of simulated servers. */
export function demoPolicy(): Policy {
  return {
    name: 'demo',
    tiers: ['web', 'app', 'db'],
    limits: { campaign: 120, application: 12, cluster: 1 },
    waves: [{ name: 'canary', share: '5%', soak: '1s' }, { name: 'rest' }],
    budgets: { campaign: '10%', tier: { db: 1 }, application: 2 },
    patch: { debian: 'apt' },
    reboot: 'if-needed',
    kinds: {
      postgresql: {
        stop: { unit: 'stop' },
        verifyStopped: { unit: 'inactive' },
        start: { unit: 'start' },
        verifyStarted: { unit: 'active' },
        patch: { packages: ['postgresql-15'] },
      },
    },
    reactions: [
      { on: 'failed', action: 'STOP', tier: 'db', retry: 2, delay: '2s' },
      { on: 'unreachable', retry: 3, delay: '2s' },
    ],
    durations: {
      MUTE: '100ms',
      HOLD: '200ms',
      STOP: '500ms',
      PATCH: '3s',
      REBOOT: '4s',
      VERIFY: '500ms',
      START: '600ms',
      RELEASE: '200ms',
      UNMUTE: '100ms',
    },
    timeouts: { REBOOT: '2m', PATCH: '3m' },
  };
}

/** A change over the whole estate whose window is open now and lasts four hours, as in the night it was born from. */
export function demoChange(id: string, nowMs: number): Change {
  const instant = (ms: number): string => new Date(ms).toISOString();
  return {
    id,
    title: 'Demo: OS patches for the whole estate',
    scope: {},
    window: { start: instant(nowMs - 60_000), end: instant(nowMs + 4 * HOUR_MS), timezone: 'Europe/Berlin' },
    policy: 'demo',
    requestedBy: 'm.weber',
    approvals: [{ by: 'k.lindner', at: instant(nowMs - HOUR_MS) }],
  };
}
