import { FakeTerminal } from '../testing/fake-terminal';
import { campaignView, incidentView, NOW_MS } from '../testing/views';
import type { Picture } from './picture';
import { ProgressLog } from './progress-log';

describe('the log of a watch', () => {
  let out: FakeTerminal;
  let log: ProgressLog;
  const at = (seconds: number, more: Partial<Picture> = {}): Picture => ({
    campaign: campaignView(),
    underWay: [],
    incidents: [],
    tally: null,
    nowMs: NOW_MS + seconds * 1000,
    doubt: null,
    ...more,
  });
  const done = (succeeded: number) => ({
    campaign: campaignView({ jobs: { succeeded, waiting: 10 - succeeded } }),
  });
  const lines = () => out.take().split('\n').slice(0, -1);

  beforeEach(() => {
    out = new FakeTerminal(false);
    log = new ProgressLog(out);
  });

  it('has one line per change of the state, with a time', () => {
    log.show(at(0));
    log.show(at(1, { campaign: campaignView({ status: 'paused' }) }));
    expect(lines()).toEqual([
      '2026-11-29T19:00:00.000Z CHG-1 running: 3 of 10 jobs done, 2 running, ends 2026-11-29T19:30:00Z, 2 h 30 min to spare',
      expect.stringMatching(/^2026-11-29T19:00:01.000Z CHG-1 paused: /),
    ]);
  });

  it('tells progress now and then, not four times a second, and nothing that did not change', () => {
    for (let second = 0; second <= 20; second += 0.25) log.show(at(second, done(Math.floor(second / 6))));
    expect(lines()).toHaveLength(4);
  });

  it('tells incidents at once, when they open and when they are over', () => {
    log.show(at(0));
    lines();
    log.show(at(0.25, { incidents: [incidentView('stop-db')] }));
    log.show(at(0.5, { incidents: [incidentView('stop-db')] }));
    log.show(
      at(0.75, { incidents: [incidentView('stop-db', { status: 'resolved', resolvedHow: 'reaction' })] }),
    );
    expect(lines().map((line) => line.slice(25))).toEqual([
      'incident STOP_DB open: Ended with exit code 1.',
      'incident STOP_DB resolved by reaction',
    ]);
  });

  it('always ends with how it ended', () => {
    log.show(at(0));
    log.show(at(1, done(10)));
    log.close();
    expect(lines().at(-1)).toContain('10 of 10 jobs done');
    log.close();
    expect(lines()).toEqual([]);
  });

  it('says once that nobody answers, and lets nothing drive the terminal', () => {
    for (const second of [0, 6, 12]) {
      log.show(at(second, { doubt: { takenMs: NOW_MS, why: 'no server\u001b[2J' } }));
    }
    expect(lines()).toEqual(['2026-11-29T19:00:00.000Z CHG-1 running: STALE, no server\ufffd[2J']);
  });
});
