import { dataOf, refusalOf, typesOf } from '../testing/given';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { aNight } from '../testing/night';

const night = () => aNight({ landscape: threeTiers() });
const pair = landscapeOf({ components: ['a', 'b'].map((id) => component(id, { cluster: 'pair' })) });

it('takes an answer that was given before as nothing', () => {
  const n = night();
  n.succeedAll('patch-srv-db');
  n.ends('patch-srv-db', 'failed');
  n.answer('take-over', 'patch-srv-db');
  expect(n.answer('take-over', 'patch-srv-db')).toEqual([]);
  n.answer('complete', 'patch-srv-db');

  expect(n.answer('complete', 'patch-srv-db')).toEqual([]);
});

it('never touches a job that an executor has at this moment', () => {
  const n = night();

  for (const verb of ['retry', 'skip', 'complete', 'take-over', 'hand-back'] as const) {
    if (verb === 'skip') continue;
    expect(() => n.answer(verb, 'stop-web')).toThrow(
      `STOP_WEB_web is dispatched and cannot be answered with ${verb}`,
    );
  }
});

it('refuses to skip a stop in any state, because its server would be patched under a running component', () => {
  const n = night();
  expect(() => n.answer('skip', 'stop-db')).toThrow('STOP_DB_db cannot be skipped');
  expect(() => n.answer('skip', 'stop-web')).toThrow('cannot be skipped');
  n.ends('stop-web', 'failed');
  expect(() => n.answer('skip', 'stop-web')).toThrow('cannot be skipped');
  n.answer('take-over', 'stop-web');

  expect(() => n.answer('skip', 'stop-web')).toThrow('cannot be skipped');
});

it('refuses answers to jobs that the plan does not have, and any answer before the campaign runs', () => {
  expect(() => night().answer('retry', 'stop-ghost')).toThrow('the plan has no job "stop-ghost"');
});

it('names the answers that are allowed now', () => {
  const n = night();

  expect(refusalOf(() => n.answer('retry', 'stop-db'))).toMatchObject({
    code: 'not-allowed-now',
    nextStep: 'Allowed now: take-over.',
  });
});

it('says to wait only for what an executor has, and of a job that has ended for good that it stays so', () => {
  const n = night();
  expect(refusalOf(() => n.answer('retry', 'stop-web')).nextStep).toBe('Wait until its attempt has ended.');
  n.answer('skip', 'patch-srv-db');
  n.ends('stop-web');

  const next = (status: string) =>
    `It stays ${status}: do by hand what is still missing, or ask for it in a new change.`;
  expect(refusalOf(() => n.answer('retry', 'patch-srv-db')).nextStep).toBe(next('skipped'));
  expect(refusalOf(() => n.answer('take-over', 'stop-web')).nextStep).toBe(next('succeeded'));
});

it('tries a failed job again at once when an operator asks, with a new attempt', () => {
  const n = night();
  n.ends('stop-web', 'failed');

  expect(typesOf(n.answer('retry', 'stop-web'))).toEqual(['JobRetryScheduled', 'JobDispatched']);
  expect(n.job('stop-web').attempt).toBe(2);
  expect(dataOf(n.ends('stop-web'), 'IncidentResolved')).toMatchObject([{ how: 'operator' }]);
});

it('goes on after a skip as if the job had ended, and closes its incident', () => {
  const n = night();
  n.succeedAll('verify-srv-db');
  n.ends('verify-srv-db', 'failed');
  const events = n.answer('skip', 'verify-srv-db', 'looked myself');

  expect(typesOf(events).slice(0, 2)).toEqual(['JobSkipped', 'IncidentResolved']);
  expect(n.running).toEqual(['start-db']);
  expect(n.job('verify-srv-db').summary).toBe('looked myself');
});

it('owes a component that a person says to have stopped', () => {
  const n = night();
  n.ends('stop-web');
  n.answer('take-over', 'stop-db');
  n.answer('complete', 'stop-db');

  expect(n.openObligations).toContain('stopped:db');
  expect(n.status('stop-db')).toBe('completed');
});

it('owes a component from the moment at which a person takes over its stop', () => {
  const n = night();
  n.answer('take-over', 'stop-db');
  expect(n.openObligations).toContain('stopped:db');

  n.answer('hand-back', 'stop-db');
  n.operator('Abort');
  n.succeedAll();

  expect(dataOf(n.events, 'ObligationDischarged').map((o) => o.obligation)).toContain('stopped:db');
  expect(n.openObligations).toEqual([]);
});

it('counts a component that was stopped by hand as a member of its cluster that is down', () => {
  const n = aNight({ landscape: pair, policy: { limits: { cluster: 1 } } });
  n.ends('stop-a', 'failed');
  n.answer('complete', 'stop-a');
  n.succeedAll('start-a');
  n.ends('start-a', 'failed');
  n.answer('skip', 'start-a', 'stays down, ticket 7');

  expect(n.why('stop-b')).toBe('1 of the 1 members that may be down together in cluster pair are down');
  expect(n.running).toEqual([]);
});

it('counts a component as down whose stop was only ever done by hand', () => {
  const n = aNight({ landscape: pair, policy: { limits: { cluster: 1, campaign: 1 } } });
  n.operator('Pause');
  n.ends('stop-a', 'unreachable');
  n.answer('complete', 'stop-a');
  n.operator('Resume');
  n.succeedAll('start-a');
  n.ends('start-a', 'failed');
  n.answer('skip', 'start-a');

  expect(n.status('stop-b')).toBe('waiting');
});

it('gives back what a person says to have started, and counts it as up', () => {
  const n = aNight({ landscape: pair, policy: { limits: { cluster: 1 } } });
  n.succeedAll('start-a');
  n.ends('start-a', 'failed');

  expect(dataOf(n.answer('complete', 'start-a'), 'ObligationDischarged')).toMatchObject([{ how: 'by-hand' }]);
  expect(n.running).toEqual(['stop-b']);
});

it.each(['complete', 'skip'] as const)(
  'refuses to %s a start before its stop has ended, because nobody would give the component back',
  (verb) => {
    const n = night();
    n.answer('take-over', 'start-db');

    expect(refusalOf(() => n.answer(verb, 'start-db')).code).toBe('nothing-to-give-back-yet');
    n.answer('hand-back', 'start-db');
    expect(n.status('start-db')).toBe('waiting');
  },
);

it('owes nothing for a stop that is completed after its component was verified as up', () => {
  const n = night();
  n.ends('stop-web', 'failed');
  n.operator('Abort');
  n.ends('start-web', 'failed');
  n.answer('complete', 'start-web');

  expect(n.campaign.status).toBe('closed');
});

it('lets a person take over, work and say that it is done', () => {
  const n = night();
  n.answer('take-over', 'patch-srv-db');
  n.succeedAll();
  expect(n.running).toEqual([]);
  expect(n.status('stop-db')).toBe('succeeded');
  n.answer('complete', 'patch-srv-db');

  expect(n.running).toEqual(['reboot-srv-db']);
});

it('lets a person hand a job back, which then runs as before', () => {
  const n = night();
  n.ends('stop-web', 'failed');
  n.answer('take-over', 'stop-web');
  expect(n.running).toEqual([]);
  n.answer('hand-back', 'stop-web');

  expect(n.running).toEqual(['stop-web']);
  expect(n.job('stop-web').attempt).toBe(2);
});

it('starts no component while a person has the patch of its server in hand', () => {
  const n = night();
  n.succeedAll('patch-srv-db');
  n.ends('patch-srv-db', 'failed');
  n.answer('take-over', 'patch-srv-db');
  n.operator('Abort');
  expect(n.running).toEqual([]);
  expect(n.campaign.status).toBe('needs-hands');
  n.answer('hand-back', 'patch-srv-db');

  expect(n.running).toEqual(['start-db']);
});

it('does not close behind the back of a person who has a job in hand', () => {
  const n = night();
  n.answer('take-over', 'stop-db');
  n.operator('Abort');
  n.succeedAll();
  expect(n.campaign.status).toBe('needs-hands');
  n.answer('complete', 'stop-db');
  n.succeedAll();

  expect(n.campaign.status).toBe('closed');
  expect(n.openObligations).toEqual([]);
});

it('lets nobody complete a stop while its component is being given back, with whatever outcome', () => {
  const n = night();
  n.ends('stop-web', 'failed');
  n.operator('Abort');
  n.silence('start-web');

  expect(refusalOf(() => n.answer('complete', 'stop-web')).code).toBe('being-given-back');
});

it('lets nobody take over on the way up what takes away or works on a server', () => {
  const n = night();
  n.succeedAll('patch-srv-db');
  n.ends('patch-srv-db', 'failed');
  n.operator('Abort');

  expect(refusalOf(() => n.answer('take-over', 'patch-srv-db')).code).toBe('restoring');
  n.ends('start-db', 'failed');
  n.answer('take-over', 'start-db');
  expect(n.status('start-db')).toBe('taken-over');
});

it('stops no member again while another was taken down by hand meanwhile', () => {
  const n = aNight({ landscape: pair, policy: { limits: { cluster: 1 } } });
  n.ends('stop-a', 'failed');
  n.answer('take-over', 'stop-b');
  n.answer('complete', 'stop-b');
  n.answer('retry', 'stop-a');
  expect(n.why('stop-a')).toBe('1 of the 1 members that may be down together in cluster pair are down');

  n.answer('take-over', 'start-b');
  n.answer('complete', 'start-b');
  expect(n.running).toEqual(['stop-a']);
});

it('reboots no server under running components because its patch was skipped before its turn', () => {
  const n = night();
  n.answer('skip', 'patch-srv-db');
  expect(n.running).toEqual(['stop-web']);
  expect(n.why('reboot-srv-db')).toBe('it waits for STOP_DB_db');
  n.succeedAll('reboot-srv-db');

  expect(n.running).toEqual(['reboot-srv-db']);
  expect(n.status('stop-db')).toBe('succeeded');
});

it('starts nothing on a server that is still being patched because its verification was skipped before its turn', () => {
  const n = night();
  n.succeedAll('patch-srv-db');
  n.answer('skip', 'reboot-srv-db');
  n.answer('skip', 'verify-srv-db');
  expect(n.running).toEqual(['patch-srv-db']);
  n.ends('patch-srv-db');

  expect(n.running).toEqual(['start-db']);
});

it('stops nothing early because a stop before it was completed by hand before its turn', () => {
  const n = night();
  n.answer('take-over', 'stop-app');
  n.answer('complete', 'stop-app');
  expect(n.running).toEqual(['stop-web']);
  n.ends('stop-web');

  expect(n.running).toEqual(['patch-srv-app', 'patch-srv-web', 'stop-db']);
});
