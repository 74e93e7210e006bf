import type { Outcome } from './outcome';
import { isGood, summary } from './summary';

const outcome: Outcome = {
  status: 'completed',
  servers: 3,
  serversPatched: 3,
  jobs: { succeeded: 15 },
  openObligations: 0,
  incidents: [{ name: 'START_WEB_crm-web-1', status: 'resolved', resolvedHow: 'reaction' }],
  events: 65,
  chain: 'verified',
  faults: ['crm-web-1: nginx could not start'],
  executedTwice: 0,
  facts: [{ name: 'booted', lines: ['2 of 3 hosts once', 'crm-db-1 2 times'], good: true }],
};

describe('the end of the demo', () => {
  it('tells people what was found, further lines below the first', () => {
    expect(summary(outcome, 48_240).split('\n')).toEqual([
      'Campaign completed',
      '  servers patched    3',
      '  wall time          48.2 s',
      '  jobs               15 (15 succeeded)',
      '  faults shown       crm-web-1: nginx could not start',
      '  incidents          1',
      '                     START_WEB_crm-web-1: resolved by reaction',
      '  obligations open   0',
      '  booted             2 of 3 hosts once',
      '                     crm-db-1 2 times',
      '  executed twice     0',
      '  events             65, chain verified',
    ]);
  });

  it('is good only when all of it is as it should be', () => {
    const bad: Partial<Outcome>[] = [
      { status: 'window-closed' },
      { serversPatched: 2 },
      { openObligations: 1 },
      { incidents: [{ name: 'PATCH_OS_crm-db-1', status: 'open', resolvedHow: null }] },
      { chain: 'BROKEN' },
      { executedTwice: 1 },
      { facts: [{ name: 'booted', lines: ['2 of 3 hosts once'], good: false }] },
    ];
    expect(isGood(outcome)).toBe(true);
    for (const change of bad) expect([change, isGood({ ...outcome, ...change })]).toEqual([change, false]);
  });

  it('points at what is not as it should be', () => {
    const lines = summary({ ...outcome, openObligations: 1 }, 0).split('\n');
    expect(lines.filter((line) => line.includes('NOT AS IT SHOULD BE'))).toEqual([
      '  obligations open   1 <- NOT AS IT SHOULD BE',
    ]);
  });
});
