import { refusalOf, typesOf } from '../testing/given';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { aNight, MINUTE_MS, Night } from '../testing/night';
import { planOf } from '../testing/plans';
import { toInstant, toMs } from '../instant';
import { closedGates } from './waiting';

const GATE = 'month-end-closed';
const OPERATOR = 'k.lindner';
const gated = () => aNight({ landscape: threeTiers(), policy: { gates: [{ name: GATE }] } });

interface More {
  readonly by?: string;
  readonly until?: string;
}

/** What another service publishes, as campaign-control finds it. */
function published(n: Night, publication: number, met = true, { by = 'accounting', until }: More = {}) {
  const word = { condition: GATE, met, by, publication, ...(until === undefined ? {} : { until }) };
  return n.send({ type: 'RecordCondition', ...word, at: n.at });
}

function stated(n: Night, met = true, more: { condition?: string; until?: string } = {}) {
  return n.send({
    type: 'StateCondition',
    condition: GATE,
    met,
    by: OPERATOR,
    reason: 'called them',
    at: n.at,
    ...more,
  });
}

it('stops nothing before the condition is published, and says what it waits for', () => {
  const n = gated();

  expect(n.running).toEqual([]);
  expect(n.why('stop-web')).toBe('it waits for month-end-closed, which nobody has published');
  expect(closedGates(n.campaign, n.at)).toEqual([
    '3 job(s) wait for month-end-closed, which nobody has published',
  ]);
});

it('stops as soon as it is', () => {
  const n = gated();

  expect(typesOf(published(n, 1))).toEqual(['ConditionMet', 'ObligationOpened', 'JobDispatched']);
  expect(n.running).toEqual(['stop-web']);
  expect(closedGates(n.campaign, n.at)).toEqual([]);
});

it('takes a word that came before the window opened, or before there was an approval', () => {
  const n = new Night(planOf({ landscape: threeTiers(), policy: { gates: [{ name: GATE }] } }));
  n.submit();
  n.adopt();
  published(n, 1);
  n.approve();
  n.until(n.change.window.start);

  expect(n.running).toEqual(['stop-web']);
});

it('keeps to the applications that the gate is for', () => {
  const landscape = landscapeOf({
    components: [component('a'), component('b', { application: 'shop' })],
  });
  const n = aNight({ landscape, policy: { gates: [{ name: GATE, match: { application: 'shop' } }] } });

  expect(n.running).toEqual(['stop-a']);
  expect(n.why('stop-b')).toContain(GATE);
});

it('stops nothing further after a withdrawal, brings nothing up for it, and goes on when it is met again', () => {
  const n = gated();
  published(n, 1);
  n.ends('stop-web');
  expect(n.running).toEqual(['patch-srv-web', 'stop-app']);
  expect(typesOf(published(n, 2, false))).toEqual(['ConditionWithdrawn']);
  n.ends('stop-app');

  n.ends('patch-srv-web');
  expect(n.running).not.toContain('stop-db');
  expect(n.why('stop-db')).toBe('it waits for month-end-closed, which accounting has withdrawn');
  expect(n.openObligations).toEqual(['stopped:web', 'stopped:app']);
  published(n, 3);
  expect(n.running).toContain('stop-db');
});

it('does not hold up what follows the stops, nor what is given back', () => {
  const n = gated();
  published(n, 1);
  n.succeedAll('patch-srv-web', 'patch-srv-app', 'patch-srv-db');
  published(n, 2, false);
  n.succeedAll();

  expect(n.campaign.closed?.outcome).toBe('completed');
});

it('counts a condition until its end only', () => {
  const n = gated();
  const until = toInstant(toMs(n.at) + 5 * MINUTE_MS);
  published(n, 1, true, { until });
  n.pass(5 * MINUTE_MS);
  n.ends('stop-web');

  expect(n.running).toEqual(['patch-srv-web']);
  expect(n.why('stop-app')).toBe(`it waits for month-end-closed, which held until ${until}`);
});

it('asks again before a stop is tried again, also when an operator asks for it', () => {
  const n = gated();
  published(n, 1);
  n.ends('stop-web', 'failed');
  published(n, 2, false);
  n.answer('retry', 'stop-web');

  expect(n.running).toEqual([]);
  expect(n.why('stop-web')).toContain('has withdrawn');
});

it('leaves applications out whose last safe moment passes while they wait', () => {
  const n = gated();
  n.until(n.change.window.end.replace('01:00', '00:59'));

  expect(n.events.map(({ type }) => type)).toContain('ApplicationsLeftOut');
  expect(n.campaign.closed?.serversPatched).toBe(0);
});

describe('the last word counts', () => {
  it('whether a service or a person spoke it', () => {
    const n = gated();
    published(n, 1);
    stated(n, false);
    n.ends('stop-web');
    expect(n.why('stop-app')).toBe(
      'it waits for month-end-closed, which k.lindner has withdrawn: called them',
    );
    published(n, 2);
    expect(n.running).toContain('stop-app');
  });

  it('and what was published before it does not count again', () => {
    const n = gated();
    published(n, 3);
    stated(n, false);

    expect(published(n, 3)).toEqual([]);
    expect(published(n, 2)).toEqual([]);
    expect(n.execution.conditions.get(GATE)).toMatchObject({ met: false, publication: 3 });
  });

  it('and saying it twice changes nothing', () => {
    const n = gated();
    expect(stated(n, false)).toEqual([]);
    stated(n);
    expect(stated(n)).toEqual([]);
    const until = toInstant(toMs(n.at) + MINUTE_MS);
    expect(typesOf(stated(n, true, { until }))).toContain('ConditionMet');
  });
});

describe('a person’s word is refused', () => {
  it('on a condition that no job waits for, with those that jobs wait for', () => {
    const { code, nextStep } = refusalOf(() => stated(gated(), true, { condition: 'full-moon' }));
    expect([code, nextStep]).toEqual(['unknown-condition', 'Use one of: month-end-closed.']);
    const none = refusalOf(() => stated(aNight({ landscape: threeTiers() })));
    expect(none.nextStep).toBe('The plan has no business gates.');
  });

  it('when it would be over already', () => {
    const n = gated();
    expect(refusalOf(() => stated(n, true, { until: n.at })).code).toBe('condition-over');
  });

  it('before there is a plan, and after the end', () => {
    const early = new Night(planOf({ landscape: threeTiers(), policy: { gates: [{ name: GATE }] } }));
    early.submit();
    expect(refusalOf(() => stated(early)).nextStep).toBe('Wait for its plan.');
    const n = gated();
    n.operator('Abort');
    expect(n.campaign.status).toBe('closed');
    expect(refusalOf(() => stated(n)).code).toBe('wrong-status');
    expect(published(n, 1)).toEqual([]);
  });
});

it('ignores publications that concern no job of the plan', () => {
  const n = aNight({ landscape: threeTiers() });

  expect(published(n, 1)).toEqual([]);
});
