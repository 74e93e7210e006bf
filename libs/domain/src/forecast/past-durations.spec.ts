import type { DurationEntry, Plan, PlanJob } from '@patchtide/contracts';
import { component, landscapeOf } from '../testing/landscapes';
import { jobOf, planOf } from '../testing/plans';
import { kindOfWork } from './past-durations';

const SECOND_MS = 1000;

function entry(more: Partial<DurationEntry> & Pick<DurationEntry, 'action' | 'kind'>): DurationEntry {
  return { ci: null, samples: 3, p50Ms: 40_000, p90Ms: 70_000, p99Ms: 90_000, ...more };
}

function withHistory(...entries: DurationEntry[]): Plan {
  return planOf({
    landscape: landscapeOf({ components: [component('app', { kind: 'tomcat' })] }),
    policy: {
      durations: { STOP: '20s' },
      kinds: { tomcat: { stop: { unit: 'stop' }, start: { unit: 'start' } } },
    },
    history: { entries },
  });
}

it('expects what the policy says, or what is shipped, and half as much again for nine of ten, without a past', () => {
  const plan = planOf({
    landscape: landscapeOf({ components: [component('app')] }),
    policy: { durations: { STOP: '20s' } },
  });

  expect(jobOf(plan, 'stop-app')).toMatchObject({
    estimateMs: 20 * SECOND_MS,
    estimateFrom: { from: 'policy', samples: 0, p90Ms: 30 * SECOND_MS },
  });
  expect(jobOf(plan, 'start-app').estimateFrom).toEqual({
    from: 'default',
    samples: 0,
    p90Ms: 90 * SECOND_MS,
  });
});

it('prefers the CI, then its kind, to what the policy says', () => {
  const ofOthers = entry({ action: 'STOP', kind: 'wildfly', p50Ms: 10_000 });
  const ofKind = entry({ action: 'STOP', kind: 'tomcat', p50Ms: 11_000 });
  const ofCi = entry({ action: 'STOP', kind: 'tomcat', ci: 'app', p50Ms: 12_000, samples: 7 });
  const stop = (...entries: DurationEntry[]) => {
    const { estimateMs, estimateFrom } = jobOf(withHistory(...entries), 'stop-app');
    return [estimateMs, estimateFrom.from, estimateFrom.samples, estimateFrom.p90Ms];
  };

  expect(stop(ofOthers)).toEqual([20_000, 'policy', 0, 30_000]);
  expect(stop(ofOthers, ofKind)).toEqual([11_000, 'kind', 3, 70_000]);
  expect(stop(ofOthers, ofKind, ofCi)).toEqual([12_000, 'ci', 7, 70_000]);
});

it('does not believe fewer than three samples', () => {
  const plan = withHistory(entry({ action: 'STOP', kind: 'tomcat', ci: 'app', samples: 2 }));

  expect(jobOf(plan, 'stop-app').estimateFrom.from).toBe('policy');
});

it('keeps what serves a whole server under the family of its operating system', () => {
  const plan = withHistory(entry({ action: 'PATCH', kind: 'debian', p50Ms: 480_000 }));

  expect(jobOf(plan, 'patch-srv-app')).toMatchObject({ estimateMs: 480_000, estimateFrom: { from: 'kind' } });
});

it('keeps a job of the policy’s own under its name', () => {
  const job = {
    id: 'check-backup-srv-app',
    action: 'CHECK',
    ci: 'srv-app',
    kind: null,
    server: 'srv-app',
  } as PlanJob;

  expect(kindOfWork(job, 'debian-12')).toBe('check-backup');
  expect(kindOfWork({ ...job, id: 'check-srv-app' }, 'debian-12')).toBe('debian');
});

it('names the history that a plan reckons with', () => {
  expect(withHistory().historyDigest).toBeNull();
});
