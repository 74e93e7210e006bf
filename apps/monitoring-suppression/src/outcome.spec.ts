import { CallFailed } from '@patchtide/connectors/monitoring';
import { type SubjectResult, endingOf, failureOf } from './outcome';

const ok = (subject: string, note = 'Muted.'): SubjectResult => ({
  subject,
  ok: true,
  note,
  foreignId: `id-${subject}`,
});
const failed = (
  subject: string,
  outcome: 'failed' | 'timed-out' | 'unreachable' | 'not-begun',
  reason = 'because',
): SubjectResult => ({
  subject,
  ok: false,
  outcome,
  reason,
});

describe('the end of an attempt', () => {
  it('is success only when every subject succeeded', () => {
    expect(endingOf([ok('a'), ok('b')])).toEqual({
      outcome: 'succeeded',
      summary: 'Muted.',
      outputTail: 'a: Muted.\nb: Muted.',
      facts: { a: 'id-a', b: 'id-b' },
    });
    expect(endingOf([ok('a'), failed('b', 'unreachable')])).toMatchObject({
      outcome: 'unreachable',
      summary: '1 of 2 failed: b: because',
    });
  });

  it('is called failed rather than unreachable when both happened', () => {
    const outcomes = [failed('a', 'unreachable'), failed('b', 'failed'), failed('c', 'timed-out')];
    expect(endingOf(outcomes).outcome).toBe('failed');
  });

  it('is that nothing was started only when that is true of every subject', () => {
    expect(endingOf([failed('a', 'not-begun'), failed('b', 'not-begun')]).outcome).toBe('not-begun');
    expect(endingOf([failed('a', 'not-begun'), ok('b')]).outcome).toBe('failed');
    expect(endingOf([failed('a', 'not-begun'), failed('b', 'timed-out')]).outcome).toBe('timed-out');
  });

  it('fits the report whatever the systems say', () => {
    const ending = endingOf(
      Array.from({ length: 200 }, (_, n) => failed(`s${n}`, 'failed', 'x'.repeat(1_000))),
    );
    expect(ending.summary).toHaveLength(500);
    expect(ending.outputTail.length).toBeLessThanOrEqual(4_000);
    expect(
      Object.keys(endingOf(Array.from({ length: 200 }, (_, n) => ok(`s${n}`))).facts ?? {}),
    ).toHaveLength(100);
  });

  it('with nothing to do is success', () => {
    expect(endingOf([])).toMatchObject({ outcome: 'succeeded', summary: 'There was nothing to do.' });
  });

  it('calls what a system refused failed, and lets our own mistakes through', () => {
    const refused = new CallFailed('refused', 'no', { retryable: false });
    expect(failureOf('a', refused)).toMatchObject({ outcome: 'failed', reason: 'no' });
    expect(() => failureOf('a', new TypeError('bug'))).toThrow('bug');
  });
});
