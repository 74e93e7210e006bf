import type { StoredEvent } from '@patchtide/event-store';
import { handoversMs } from './handover';

const event = (type: string, data: object): StoredEvent => ({ type, data }) as unknown as StoredEvent;
const succeeded = (job: string): StoredEvent => event('JobSucceeded', { job, attempt: 1 });
const dispatched = (job: string): StoredEvent => event('JobDispatched', { job, attemptId: `C/${job}/1` });

const attempts = [
  { attemptId: 'C/stop-a/1', startedAt: 0, endedAt: 100 },
  { attemptId: 'C/patch-a/1', startedAt: 130, endedAt: 200 },
  { attemptId: 'C/patch-b/1', startedAt: 150, endedAt: 200 },
];

it('measures from the end of a job on its host to the start of every job that this end set free', () => {
  const events = [
    succeeded('stop-a'),
    event('ObligationOpened', {}),
    dispatched('patch-a'),
    dispatched('patch-b'),
  ];
  expect(handoversMs('C', events, attempts)).toEqual([30, 50]);
});

it('counts nothing that another decision set free, such as the release of a wave', () => {
  const events = [succeeded('stop-a'), event('WaveReleased', {}), dispatched('patch-a')];
  expect(handoversMs('C', events, attempts)).toEqual([]);
});

it('counts nothing for jobs that no host has seen', () => {
  expect(handoversMs('C', [succeeded('mute-a'), dispatched('patch-a')], attempts)).toEqual([]);
});
