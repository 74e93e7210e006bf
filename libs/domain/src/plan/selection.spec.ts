import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { isInOrder, planOf } from '../testing/plans';

const onlyDatabase = { scope: { servers: ['srv-db'] } };
const exception = { owner: 'team-dba', reason: 'vendor visit', until: '2027-03-31' };
const idsOf = (plan: { jobs: readonly { id: string }[] }) => plan.jobs.map((job) => job.id);

it('leaves out a server with an exception, and says whose and why', () => {
  const plan = planOf({
    landscape: threeTiers(),
    policy: { exceptions: [{ match: { server: 'srv-web' }, set: { exclude: true }, ...exception }] },
  });

  expect(plan.exclusions).toEqual([
    { ci: 'srv-web', reason: 'exception of team-dba until 2027-03-31: vendor visit' },
  ]);
  expect(idsOf(plan)).not.toContain('patch-srv-web');
});

it('leaves out every server on which an excluded application or component runs', () => {
  const excluding = (match: object) =>
    planOf({
      landscape: threeTiers(),
      policy: { exceptions: [{ match, set: { exclude: true }, ...exception }] },
    }).exclusions.map((exclusion) => exclusion.ci);

  expect(excluding({ application: 'crm' })).toEqual(['srv-app', 'srv-db', 'srv-web']);
  expect(excluding({ component: 'db' })).toEqual(['srv-db']);
});

it('leaves out servers by tag', () => {
  const plan = planOf({
    landscape: landscapeOf({ servers: [{ id: 's1', tags: ['frozen'] }, { id: 's2' }] }),
    policy: { exceptions: [{ match: { tag: 'frozen' }, set: { exclude: true }, ...exception }] },
  });

  expect(plan.exclusions.map((e) => e.ci)).toEqual(['s1']);
  expect(idsOf(plan)).toEqual(['patch-s2', 'reboot-s2', 'verify-s2']);
});

it('leaves out servers that it cannot patch, each with the reason', () => {
  const plan = planOf({
    landscape: landscapeOf({
      servers: [
        { id: 's2', os: 'aix-7' },
        { id: 's3', os: 'solaris' },
        { id: 's4', os: 'constructor-1' },
      ],
    }),
    policy: { patch: { debian: 'apt', solaris: 'none' } },
  });

  expect(plan.exclusions).toEqual([
    { ci: 's2', reason: 'policy "standard" has no patch method for aix' },
    { ci: 's3', reason: 'policy "standard" leaves solaris unpatched' },
    { ci: 's4', reason: 'policy "standard" has no patch method for constructor' },
  ]);
  expect(plan.jobs).toEqual([]);
});

it('stops dependents outside the scope too, by default, and says so for each', () => {
  const plan = planOf({ landscape: threeTiers(), change: onlyDatabase });

  expect(isInOrder(plan, 'stop-web', 'stop-app', 'stop-db', 'patch-srv-db', 'start-db', 'start-app')).toBe(
    true,
  );
  expect(idsOf(plan)).not.toContain('patch-srv-app');
  expect(plan.notes).toEqual([
    'app is outside the scope and is stopped too, because it depends on db',
    'web is outside the scope and is stopped too, because it depends on app',
  ]);
});

it('mutes and holds on servers that are touched only because of a dependent', () => {
  const plan = planOf({ landscape: threeTiers({ monitored: ['web'] }), change: onlyDatabase });

  expect(isInOrder(plan, 'mute-srv-web', 'stop-web', 'start-web', 'unmute-srv-web')).toBe(true);
});

it('leaves dependents running where the policy only warns, and says so for each', () => {
  const plan = planOf({
    landscape: threeTiers(),
    change: onlyDatabase,
    policy: { outsideDependents: 'warn' },
  });

  expect(idsOf(plan)).toEqual(['patch-srv-db', 'reboot-srv-db', 'start-db', 'stop-db', 'verify-srv-db']);
  expect(plan.notes).toEqual([
    'app is outside the scope and keeps running while db, which it depends on, is stopped',
  ]);
});

it('leaves out a server with dependents outside where the policy excludes, and those that follow from it', () => {
  const plan = planOf({
    landscape: threeTiers(),
    change: { scope: { servers: ['srv-db', 'srv-app'] } },
    policy: { outsideDependents: 'exclude' },
  });

  expect(plan.jobs).toEqual([]);
  expect(plan.exclusions).toEqual([
    { ci: 'srv-app', reason: 'web, outside the scope, depends on app' },
    { ci: 'srv-db', reason: 'app, outside the scope, depends on db' },
  ]);
});

it('leaves out a second server of a component that others outside depend on', () => {
  const plan = planOf({
    landscape: landscapeOf({
      components: [component('vip'), component('user')],
      needs: [['user', 'vip']],
      runsOn: [['vip', 'standby']],
    }),
    change: { scope: { servers: ['standby'] } },
    policy: { outsideDependents: 'exclude' },
  });

  expect(plan.exclusions).toEqual([{ ci: 'standby', reason: 'user, outside the scope, depends on vip' }]);
});

it('patches under a component that its kind declares safe to keep, without stopping it', () => {
  const plan = planOf({
    landscape: threeTiers(),
    policy: { kinds: { service: { safeToKeep: true } } },
  });

  expect(idsOf(plan).filter((id) => id.startsWith('st'))).toEqual([]);
  expect(idsOf(plan)).toContain('patch-srv-db');
});

it('lets an exception give one component another procedure', () => {
  const restart = { stop: { command: ['true'] }, start: { command: ['svc', 'start'] } };
  const plan = planOf({
    landscape: threeTiers(),
    policy: {
      exceptions: [{ match: { component: 'db' }, set: { kinds: { service: restart } }, ...exception }],
    },
  });
  const argvOf = (id: string) => plan.jobs.find((job) => job.id === id)?.steps[0]?.argv;

  expect(argvOf('stop-db')).toEqual(['true']);
  expect(argvOf('stop-app')).toEqual(['@unit-stop', 'app.service']);
});

it('lets an exception keep the server of an application or component from rebooting', () => {
  const rebooting = (match: object) =>
    idsOf(
      planOf({
        landscape: threeTiers(),
        policy: { exceptions: [{ match, set: { reboot: 'never' }, ...exception }] },
      }),
    ).filter((id) => id.startsWith('reboot'));

  expect(rebooting({ server: 'srv-db' })).toEqual(['reboot-srv-app', 'reboot-srv-web']);
  expect(rebooting({ component: 'db' })).toEqual(['reboot-srv-app', 'reboot-srv-web']);
  expect(rebooting({ application: 'crm' })).toEqual([]);
});
