import { jobView, obligationView, secondsAgo } from '../testing/views';
import { Tally } from './tally';

const jobs = [
  jobView('patch-b', { wave: 'rest', status: 'waiting', estimatedStart: secondsAgo(10) }),
  jobView('patch-a', { wave: 'canary', status: 'succeeded', estimatedStart: secondsAgo(90) }),
  jobView('patch-c', { wave: 'rest', status: 'running', estimatedStart: secondsAgo(5) }),
];
const owed = [obligationView('stopped:db'), obligationView('muted:srv-1', { open: false })];
const event = (type: string, data: Record<string, unknown>) => ({ type, data });

describe('the tally', () => {
  let tally: Tally;
  beforeEach(() => {
    tally = new Tally();
    tally.begin(jobs, owed);
  });

  it('counts jobs by wave in the order of time, and what is owed by kind', () => {
    expect(tally.view).toEqual({
      waves: [
        { name: 'canary', jobs: 1, settled: 1 },
        { name: 'rest', jobs: 2, settled: 0 },
      ],
      owed: { stopped: 1 },
    });
  });

  it('counts along with the events, each once', () => {
    for (let times = 0; times < 2; times += 1) {
      tally.apply(event('JobSucceeded', { job: 'patch-c' }));
      tally.apply(event('JobSkipped', { job: 'patch-b' }));
      tally.apply(event('ObligationOpened', { obligation: 'held:billing', kind: 'held' }));
      tally.apply(event('ObligationDischarged', { obligation: 'stopped:db' }));
      tally.apply(event('JobStarted', { job: 'patch-x' }));
    }
    expect(tally.view.waves[1]).toEqual({ name: 'rest', jobs: 2, settled: 2 });
    expect(tally.view.owed).toEqual({ held: 1 });
  });

  it('loses no event to a reading that is older than it', () => {
    tally.apply(event('JobSucceeded', { job: 'patch-c' }));
    tally.apply(event('ObligationDischarged', { obligation: 'stopped:db' }));
    tally.begin(jobs, owed);
    expect(tally.view.waves[1]?.settled).toBe(1);
    expect(tally.view.owed).toEqual({});
  });

  it('opens nothing again that was given back before the reading', () => {
    tally.apply(event('ObligationOpened', { obligation: 'stopped:web', kind: 'stopped' }));
    tally.apply(event('ObligationDischarged', { obligation: 'stopped:web' }));
    tally.begin(jobs, owed);
    expect(tally.view.owed).toEqual({ stopped: 1 });
  });
});
