import type { AttemptFinished, Outcome } from '@patchtide/contracts';
import { aNight, MINUTE_MS, type Night, SECOND_MS } from '../testing/night';
import { dataOf, typesOf } from '../testing/given';
import { threeTiers } from '../testing/landscapes';
import { finishedReport } from '../testing/reports';

const withReactions = (...reactions: readonly object[]) =>
  aNight({ landscape: threeTiers(), policy: { reactions: reactions as never } });
/** How the attempt to stop the web server ends, in the executor's words. */
const says = (n: Night, outcome: Outcome, more: Partial<AttemptFinished>) => {
  const { attempt } = n.job('stop-web');
  const report = { ...finishedReport({ job: 'stop-web', attempt, at: n.at }, outcome), ...more };
  return n.send({ type: 'RecordReport', report, at: n.at });
};
const twice = { on: 'failed', action: 'STOP', retry: 2, delay: '30s' };

it('does not try again before the delay has passed', () => {
  const n = withReactions(twice);
  n.ends('stop-web', 'failed');

  expect(n.pass(29 * SECOND_MS)).toEqual([]);
  expect(n.why('stop-web')).toMatch(/^it is tried again at /);
  expect(typesOf(n.pass(SECOND_MS))).toEqual(['JobDispatched']);
});

it('opens an incident, tries again by rule, and resolves the incident when that succeeds', () => {
  const n = withReactions(twice);

  expect(typesOf(n.ends('stop-web', 'failed'))).toEqual(['JobFailed', 'IncidentOpened', 'JobRetryScheduled']);
  n.pass(MINUTE_MS);
  expect(n.job('stop-web').attempt).toBe(2);

  const events = n.ends('stop-web');
  expect(dataOf(events, 'IncidentResolved')).toMatchObject([{ how: 'reaction', by: 'patchtide' }]);
  expect(n.running).toContain('stop-app');
});

it('keeps what an attempt said until the next one begins, which has said nothing yet', () => {
  const n = withReactions(twice);
  says(n, 'failed', { summary: 'it hangs', outputTail: 'no answer', exitCode: 124 });
  expect(n.job('stop-web')).toMatchObject({ status: 'waiting', summary: 'it hangs', exitCode: 124 });

  n.pass(MINUTE_MS);
  const said = { summary: '', outputTail: '', exitCode: null };
  expect(n.job('stop-web')).toMatchObject({ status: 'dispatched', attempt: 2, ...said });
});

it('keeps no output of an attempt that was given up and then succeeded after all', () => {
  const n = withReactions();
  says(n, 'unknown', { outputTail: 'half of it' });
  n.ends('stop-web');

  expect(n.job('stop-web')).toMatchObject({ status: 'succeeded', outputTail: '' });
});

it('gives every attempt a number and an id of its own, and opens the obligation once', () => {
  const n = withReactions(twice);
  n.ends('stop-web', 'failed');
  n.pass(MINUTE_MS);

  expect(dataOf(n.events, 'JobDispatched').map((d) => d.attemptId)).toEqual([
    'CHG1/stop-web/1',
    'CHG1/stop-web/2',
  ]);
  expect(dataOf(n.events, 'ObligationOpened')).toHaveLength(1);
});

it('stops trying by rule after the number that the policy names, and leaves it to people', () => {
  const n = withReactions(twice);
  for (let attempt = 1; attempt <= 2; attempt++) {
    n.ends('stop-web', 'failed');
    n.pass(MINUTE_MS);
  }
  n.ends('stop-web', 'failed');

  expect(n.status('stop-web')).toBe('failed');
  expect(n.pass(60 * MINUTE_MS)).toEqual([]);
});

it.each([
  ['another outcome', { ...twice, on: 'timed-out' }],
  ['another action', { ...twice, action: 'START' }],
  ['another tier', { ...twice, tier: 'db' }],
  ['another kind', { ...twice, kind: 'postgresql' }],
])('does not apply a reaction meant for %s', (_, reaction) => {
  const n = withReactions(reaction);
  n.ends('stop-web', 'failed');

  expect(n.status('stop-web')).toBe('failed');
});

it('applies the first reaction that matches', () => {
  const n = withReactions({ on: 'failed', tier: 'web', retry: 1, delay: '5m' }, { on: 'failed', retry: 9 });
  n.ends('stop-web', 'failed');

  expect(dataOf(n.events, 'JobRetryScheduled')[0]?.notBefore).toBe(
    new Date(Date.parse(n.at) + 5 * MINUTE_MS).toISOString(),
  );
});

it('says that an operator resolved the incident when an operator asked for the attempt that succeeded', () => {
  const n = withReactions({ on: 'failed', retry: 1 });
  n.ends('stop-web', 'failed');
  n.ends('stop-web', 'failed');
  n.answer('retry', 'stop-web');

  expect(dataOf(n.ends('stop-web'), 'IncidentResolved')).toMatchObject([{ how: 'operator' }]);
});

it('does not take away again what is being given back: no rule retries a stop on the way up', () => {
  const n = withReactions(twice);
  n.operator('Abort');
  n.ends('stop-web', 'failed');

  expect(n.status('stop-web')).toBe('failed');
  expect(n.running).toEqual(['start-web']);
});

it('retries what gives back by rule, also on the way up', () => {
  const n = withReactions({ on: 'failed', action: 'START', retry: 1, delay: '30s' });
  n.operator('Abort');
  n.ends('stop-web');
  n.ends('start-web', 'failed');
  n.pass(MINUTE_MS);

  expect(n.running).toEqual(['start-web']);
  n.ends('start-web');
  expect(n.campaign.status).toBe('closed');
});
