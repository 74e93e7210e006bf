import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { aNight, Night } from '../testing/night';
import { planOf } from '../testing/plans';

it('gives no reason for jobs that run or have ended', () => {
  const n = aNight({ landscape: threeTiers() });
  n.ends('stop-web');

  expect(n.why('stop-web')).toBeNull();
  expect(n.why('stop-app')).toBeNull();
});

it('names what a job waits for, three of them at most', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const n = aNight({
    landscape: landscapeOf({
      components: [component('db', { tier: 'db' }), ...ids.map((id) => component(id))],
      needs: ids.map((id) => [id, 'db'] as const),
    }),
  });

  expect(n.why('stop-db')).toBe('it waits for STOP_APP_a, STOP_APP_b, STOP_APP_c and 2 more');
});

it('says that approval or the window is missing', () => {
  const n = new Night(planOf({ landscape: threeTiers() }));
  n.submit();
  n.adopt();
  expect(n.why('stop-web')).toBe('the plan is not approved yet');
  n.approve();

  expect(n.why('stop-web')).toBe(`the window opens at ${n.change.window.start}`);
});

it('says what the way up still waits for', () => {
  const n = aNight({ landscape: threeTiers() });
  n.succeedAll('stop-db', 'patch-srv-web', 'patch-srv-app');
  n.operator('Abort');

  expect(n.why('start-db')).toBe('it waits for STOP_DB_db');
  expect(n.why('start-web')).toBe('it waits for START_APP_app');
});

it('leaves no job waiting when it closes', () => {
  const n = aNight({ landscape: threeTiers() });
  n.ends('stop-web', 'failed');
  n.operator('Abort');
  n.succeedAll();

  expect(n.campaign.status).toBe('closed');
  for (const job of n.plan.jobs) expect(n.why(job.id)).toBeNull();
});
