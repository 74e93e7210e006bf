import { consumers, STREAMS, topology } from './topology';
import { covers } from './subject-pattern';
import { placeOf } from './nats/nats-delivery';

describe('the topology', () => {
  it('has one stream for every kind of message, and refuses work rather than drop it when full', () => {
    const streams = topology();
    expect(streams.map(({ name }) => name)).toEqual(Object.values(STREAMS));
    expect(streams.filter(({ discard }) => discard === 'new').map(({ name }) => name)).toEqual([
      STREAMS.work,
    ]);
    expect(streams.find(({ name }) => name === STREAMS.events)).toMatchObject({
      subjects: ['patchtide.events.>'],
      sealed: true,
    });
  });

  it('takes storage, replicas and limits from the configuration and keeps the other defaults', () => {
    const streams = topology({ storage: 'memory', replicas: 3, limits: { events: { maxBytes: 1 } } });
    expect(streams.every(({ storage, replicas }) => storage === 'memory' && replicas === 3)).toBe(true);
    expect(streams[0]).toMatchObject({ maxBytes: 1, maxAgeMs: 604_800_000 });
  });

  it('gives every zone and every campaign a consumer of its own within its stream', () => {
    const specs = [
      consumers.work('host', 'dc1'),
      consumers.work('suppression', 'all'),
      consumers.reports('CHG1'),
    ];
    expect(specs.map(({ durable, filterSubject }) => [durable, filterSubject])).toEqual([
      ['host-dc1', 'patchtide.work.host.dc1'],
      ['suppression-all', 'patchtide.work.suppression.all'],
      ['reports-CHG1', 'patchtide.reports.CHG1'],
    ]);
    for (const { stream, filterSubject } of specs) {
      const subjects = topology().find(({ name }) => name === stream)?.subjects ?? [];
      expect(subjects.some((pattern) => covers(pattern, filterSubject))).toBe(true);
    }
  });

  it('refuses names that would reach beyond their consumer', () => {
    for (const zone of ['', 'dc.1', 'a b', '>', '*', 'ä', 'x'.repeat(200)]) {
      expect(() => consumers.work('host', zone)).toThrow(/cannot be part of a consumer's name/);
    }
  });
});

describe('a subject pattern', () => {
  it.each([
    ['a.b', 'a.b', true],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['a.>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['a.*.c', 'a.b.c', true],
    ['a.b', 'a', false],
  ])('%s covers %s: %s', (pattern, subject, expected) => {
    expect(covers(pattern, subject)).toBe(expected);
  });
});

describe('the place of a delivery', () => {
  it('is read from both forms of the reply subject', () => {
    const place = { deliveries: 3, sequence: 41, storedAt: '2026-11-22T16:00:00.123Z' };
    const nanos = `${Date.parse(place.storedAt)}456789`;
    expect(placeOf(`$JS.ACK.PATCHTIDE_WORK.host-dc1.3.41.50.${nanos}.0`)).toEqual(place);
    expect(placeOf(`$JS.ACK.hub.ACCOUNT.PATCHTIDE_WORK.host-dc1.3.41.50.${nanos}.0.rnd`)).toEqual(place);
  });
});
