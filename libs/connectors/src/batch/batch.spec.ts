import { batchContract } from './batch.contract';
import { FakeBatchScheduler } from './fake-scheduler';
import { FakeHoldShell, HoldHost } from './hold-host';
import type { HostSystem } from './hold-protocol';
import { HostBatchScheduler } from './host-scheduler';

function clock() {
  let now = Date.parse('2026-11-29T22:00:00Z');
  const passTime = (seconds: number) => Promise.resolve(void (now += seconds * 1000));
  return { now: () => new Date(now), passTime };
}

batchContract('the fake', () => {
  const { now, passTime } = clock();
  const scheduler = new FakeBatchScheduler(now);
  let count = 0;
  return Promise.resolve({
    scheduler,
    now,
    passTime,
    hasIdleJobs: true,
    add: ({ scheduled }) => {
      const ref = { id: `job-${(count += 1)}` };
      scheduler.jobs.add(FakeBatchScheduler.keyOf(ref), { scheduled });
      return Promise.resolve(ref);
    },
    isScheduled: (ref) => Promise.resolve(scheduler.jobs.view(FakeBatchScheduler.keyOf(ref)).scheduled),
    loseNextAnswer: () => scheduler.fail('answer-lost'),
    stop: () => Promise.resolve(),
  });
});

function simulated(system: HostSystem, refOf: (count: number) => string) {
  batchContract(`a simulated host with ${system}`, () => {
    const { now, passTime } = clock();
    const shell = new FakeHoldShell();
    const host = new HoldHost(now);
    shell.add('10.1.0.12', host);
    let count = 0;
    return Promise.resolve({
      scheduler: new HostBatchScheduler({ system, shell, now }),
      host: { address: '10.1.0.12', port: 22 },
      now,
      passTime,
      hasIdleJobs: system !== 'cron',
      add: ({ scheduled }) => {
        const ref = refOf((count += 1));
        host.add(ref, { scheduled });
        return Promise.resolve({ ref });
      },
      isScheduled: ({ ref }) => Promise.resolve(host.isScheduled(String(ref))),
      loseNextAnswer: () => shell.loseNextAnswer(),
      stop: () => Promise.resolve(),
    });
  });
}

simulated('cron', (count) => `/etc/cron.d/job-${count}`);
simulated('systemd-timer', (count) => `job-${count}.timer`);
