import { refusalOf, typesOf } from '../testing/given';
import { batchJob, component, landscapeOf, threeTiers } from '../testing/landscapes';
import { aNight, MINUTE_MS, Night } from '../testing/night';
import { planOf, WINDOW_END } from '../testing/plans';

const night = () => aNight({ landscape: threeTiers() });

it('takes a repeated pause, resume or abort as nothing', () => {
  const n = night();
  expect(n.operator('Resume')).toEqual([]);
  n.operator('Pause');
  expect(n.operator('Pause')).toEqual([]);
  n.operator('Abort');

  expect(n.operator('Abort')).toEqual([]);
});

it('starts nothing while paused, lets what runs end, and says why the rest waits', () => {
  const n = night();
  n.operator('Pause', 'phone call');

  expect(typesOf(n.ends('stop-web'))).toEqual(['JobSucceeded']);
  expect(n.pass(60 * MINUTE_MS)).toEqual([]);
  expect(n.why('stop-app')).toBe('the campaign is paused by k.lindner: phone call');
});

it('goes on where it stood when it is resumed', () => {
  const n = night();
  n.operator('Pause');
  n.ends('stop-web');
  n.operator('Resume');

  expect(n.running).toEqual(['patch-srv-web', 'stop-app']);
});

it('schedules retries while paused but does not begin them', () => {
  const n = aNight({ landscape: threeTiers(), policy: { reactions: [{ on: 'failed', retry: 1 }] } });
  n.operator('Pause');
  n.ends('stop-web', 'failed');
  n.pass(MINUTE_MS);

  expect(n.status('stop-web')).toBe('waiting');
  expect(n.running).toEqual([]);
});

it('refuses to pause or resume a campaign that does not run', () => {
  const n = new Night(planOf({ landscape: threeTiers() }));
  expect(() => n.operator('Pause')).toThrow('the campaign is none');
  n.submit();
  n.adopt();

  expect(() => n.operator('Pause')).toThrow('the campaign is planned and cannot be controlled');
});

it('says of an approved campaign that cannot be paused what keeps it from starting', () => {
  const n = new Night(planOf({ landscape: threeTiers() }));
  n.submit();
  n.adopt();
  n.approve();

  for (const wish of ['Pause', 'Resume'] as const) {
    expect(refusalOf(() => n.operator(wish)).nextStep).toBe(
      'It starts by itself when its window opens; abort it to prevent that.',
    );
  }
});

it('refuses to pause what is being given back', () => {
  const n = night();
  n.operator('Abort');

  expect(() => n.operator('Pause')).toThrow('giving everything back');
});

it('ends a pause when the window closes', () => {
  const n = night();
  n.ends('stop-web');
  n.operator('Pause');
  for (const job of n.running) n.ends(job);
  expect(n.running).toEqual([]);
  n.until(WINDOW_END);

  expect(n.running).toEqual(['start-app']);
});

it('aborts a campaign that is still being planned, and ignores the plan that arrives afterwards', () => {
  const n = new Night(planOf({ landscape: threeTiers() }));
  n.submit();

  expect(typesOf(n.operator('Abort'))).toEqual(['RestoreBegan', 'CampaignClosed']);
  expect(n.adopt()).toEqual([]);
  expect(n.campaign.closed?.outcome).toBe('aborted');
});

it('aborts a planned or approved campaign without touching a host', () => {
  const n = new Night(planOf({ landscape: threeTiers() }));
  n.submit();
  n.adopt();
  n.approve();

  expect(typesOf(n.operator('Abort'))).toEqual(['RestoreBegan', 'CampaignClosed']);
});

it('refuses to abort what does not exist, and takes the abort of a closed campaign as nothing', () => {
  expect(() => new Night(planOf({ landscape: threeTiers() })).operator('Abort')).toThrow(
    'the campaign is none',
  );
  const n = night();
  n.succeedAll();

  expect(n.operator('Abort')).toEqual([]);
});

it('starts nothing that takes away after an abort, and gives back in the reverse order', () => {
  const n = aNight({
    landscape: threeTiers({ batchJobs: [batchJob('nightly', 'srv-app')], monitored: ['srv-web', 'srv-app'] }),
  });
  n.succeedAll('stop-db', 'patch-srv-web', 'patch-srv-app');
  expect(n.running).toEqual(['patch-srv-app', 'patch-srv-web', 'stop-db']);
  n.operator('Abort');
  for (const job of n.running) n.ends(job);
  const order: string[] = [];
  while (n.running.length > 0) {
    order.push(...n.running);
    for (const job of n.running) n.ends(job);
  }

  expect(order).toEqual([
    'start-db',
    'start-app',
    'release-nightly',
    'start-web',
    'unmute-srv-app',
    'unmute-srv-web',
  ]);
  expect(n.campaign.closed?.outcome).toBe('aborted');
  expect(n.openObligations).toEqual([]);
});

it('starts no component while its server is still being patched or rebooted, even on the way up', () => {
  const n = night();
  n.succeedAll('patch-srv-db');
  n.operator('Abort');
  expect(n.running).toEqual(['patch-srv-db']);
  expect(n.why('start-db')).toMatch(/PATCH_OS_srv-db|still running/);

  n.ends('patch-srv-db');
  expect(n.running).toEqual(['start-db']);

  const rebooting = night();
  rebooting.succeedAll('reboot-srv-db');
  rebooting.operator('Abort');
  expect(rebooting.running).toEqual(['reboot-srv-db']);
});

it('unmutes and releases nothing while the server is still being patched', () => {
  const landscape = landscapeOf({
    servers: [{ id: 's1' }],
    batchJobs: [batchJob('b', 's1')],
    monitored: ['s1'],
  });
  const n = aNight({ landscape });
  n.succeedAll('patch-s1');
  n.operator('Abort');

  expect(n.running).toEqual(['patch-s1']);
  n.ends('patch-s1', 'failed');
  expect(n.running).toEqual(['release-b']);
});

it('gives back what a job took that was still running at the abort', () => {
  const n = night();
  n.operator('Abort');
  expect(n.running).toEqual(['stop-web']);
  expect(n.status('start-web')).toBe('waiting');
  n.ends('stop-web');

  expect(n.running).toEqual(['start-web']);
});

it('gives back what a job may have taken whose outcome is unknown', () => {
  const n = night();
  n.silence('stop-web');
  n.operator('Abort');

  expect(n.running).toEqual(['start-web']);
});

it('skips what has nothing to give back', () => {
  const n = night();
  n.operator('Abort');

  expect(n.status('start-db')).toBe('skipped');
  expect(n.job('start-db').summary).toBe('nothing to give back');
  expect(n.job('stop-db').summary).toBe('everything is being given back');
});

it('releases no further wave once everything is being given back', () => {
  const n = aNight({
    landscape: landscapeOf({ components: [component('a'), component('b')] }),
    policy: { waves: [{ name: 'canary', share: '50%' }, { name: 'rest' }] },
  });
  const events = n.operator('Abort');

  expect(typesOf(events)).not.toContain('WaveReleased');
});

it('resolves the incident of a retry that the way up makes needless', () => {
  const n = aNight({
    landscape: threeTiers(),
    policy: { reactions: [{ on: 'failed', retry: 3, delay: '5m' }] },
  });
  n.ends('stop-web', 'failed');
  const events = n.operator('Abort');

  expect(events.find((e) => e.type === 'IncidentResolved')?.data).toMatchObject({
    how: 'restore',
    job: 'stop-web',
  });
});
