import type { Plan, PlanJob } from '@patchtide/contracts';
import { planSummary } from './plan-summary';
import { painter } from './terminal/style';

const job = (id: string, minute: number, dependsOn: string[] = []) =>
  ({
    id,
    name: id.toUpperCase(),
    wave: 'rest',
    dependsOn,
    estimatedStart: `2026-11-29T21:${minute}:00.000Z`,
    estimatedEnd: `2026-11-29T21:${minute + 1}:00.000Z`,
  }) as unknown as PlanJob;

const plan = {
  digest: 'sha256:abc',
  change: 'CHG-1',
  policy: 'standard',
  window: { start: '2026-11-29T21:00:00Z', end: '2026-11-30T01:00:00Z', timezone: 'Europe/Berlin' },
  servers: { a: {}, b: {} },
  waves: [
    { name: 'canary', soakMs: 600_000, servers: 1 },
    { name: 'rest', soakMs: 0, servers: 1 },
  ],
  jobs: [job('start-db', 30, ['stop-db', 'patch-b']), job('patch-b', 20, ['stop-db']), job('stop-db', 10)],
  exclusions: [{ ci: 'srv-9', reason: 'frozen\u001b[2J' }],
  notes: [],
  forecast: {
    end: '2026-11-29T21:31:00.000Z',
    fits: true,
    slackMs: 12_540_000,
    criticalPath: ['stop-db', 'patch-b', 'start-db'],
    criticalPathMs: 180_000,
    applications: [{ application: 'crm', lastSafeMoment: '2026-11-30T00:30:00Z', downtimeMs: 1_260_000 }],
  },
} as unknown as Plan;

const plain = { paint: painter(false), width: undefined };

describe('the summary of a plan', () => {
  it('is in the time of the people of the change, and in the order of time', () => {
    expect(planSummary(plan, plain).split('\n')).toEqual([
      'Plan of CHG-1 under policy standard',
      '  digest      sha256:abc',
      '  window      Sun 29 Nov 22:00 to Mon 30 Nov 02:00 (Europe/Berlin)',
      '  size        2 servers, 3 jobs',
      '  wave        canary: 1 server, then 10 min of rest',
      '  wave        rest: 1 server',
      '  forecast    fits: ends Sun 29 Nov 22:31, 3 h 29 min to spare',
      '  decided by  stop-db > patch-b > start-db (3 min)',
      '',
      'from      to        job       wave  waits for',
      '22:10:00  22:11:00  STOP-DB   rest',
      '22:20:00  22:21:00  PATCH-B   rest  1 job',
      '22:30:00  22:31:00  START-DB  rest  2 jobs',
      '',
      'Left out:',
      '  srv-9: frozen\ufffd[2J',
      '',
      'Last safe moments:',
      '  crm: Mon 30 Nov 01:30, down for 21 min',
    ]);
  });

  it('says loudly that a plan does not fit', () => {
    const late = { ...plan, forecast: { ...plan.forecast, fits: false, slackMs: -60_000 } };
    expect(planSummary(late, plain)).toContain(
      'forecast    DOES NOT FIT: ends Sun 29 Nov 22:31, 60 s too late',
    );
  });
});
