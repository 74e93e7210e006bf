import { parseEvent, subjects } from '@patchtide/contracts';
import { Poison } from '@patchtide/messaging';
import { incidentOf, parseLetter } from './dead-letter-incident';

const AT = '2026-11-29T22:00:00.000Z';
const letter = {
  ...{ stream: 'PATCHTIDE_CHANGES', consumer: 'campaign-control-changes', sequence: 7, deliveries: 1 },
  ...{
    subject: subjects.changesApproved,
    storedAt: AT,
    reason: '/data/id is missing. Add it.\n/data/x is unknown.',
  },
};

describe('a dead letter', () => {
  it('of a change is an incident with one fault per line of its reason', () => {
    const { data } = incidentOf(letter, AT);
    expect(data).toMatchObject({
      kind: 'invalid-change',
      summary: expect.stringContaining('2 fault(s)') as string,
      faults: [{ message: '/data/id is missing. Add it.' }, { message: '/data/x is unknown.' }],
    });
  });

  it('of a condition says who has to correct it', () => {
    const { data } = incidentOf({ ...letter, subject: subjects.conditionsPublished }, AT);
    expect(data).toMatchObject({
      kind: 'invalid-condition',
      summary: 'A message on patchtide.conditions.published is not an acceptable condition: 2 fault(s).',
      faults: [{ remedy: 'Correct the condition and publish it again.' }, {}],
    });
  });

  it('of anything else says that a service needs a look', () => {
    const { data } = incidentOf({ ...letter, subject: 'patchtide.work.host.dc1', deliveries: 20 }, AT);
    expect(data).toMatchObject({
      kind: 'dead-letter',
      summary: expect.stringContaining('20 deliveries') as string,
    });
  });

  it('is the same incident when it comes again, and another one for another message', () => {
    const idOf = (more: object): string => incidentOf({ ...letter, ...more }, AT).data.incident;
    expect(idOf({})).toBe(idOf({ reason: 'the same in other words' }));
    expect(
      new Set([idOf({}), idOf({ sequence: 8 }), idOf({ consumer: 'other' }), idOf({ storedAt: 'x' })]).size,
    ).toBe(4);
  });

  it('is an event whatever stands in it', () => {
    const absurd = {
      ...letter,
      subject: `patchtide.${'x'.repeat(4_000)}`,
      reason: `${'y'.repeat(5_000)}\n`.repeat(100),
    };
    const { type, data } = incidentOf(absurd, AT);
    expect(parseEvent('incident', type, data)).toMatchObject({ ok: true });
  });

  it('that is none of ours is poison, with what it lacks', () => {
    expect(() => parseLetter({ reason: 'x' })).toThrow(
      /lacks stream, consumer, subject, storedAt, sequence, deliveries/,
    );
    for (const message of [null, 'text', 7, []]) expect(() => parseLetter(message)).toThrow(Poison);
    expect(parseLetter(letter)).toEqual(letter);
  });
});
