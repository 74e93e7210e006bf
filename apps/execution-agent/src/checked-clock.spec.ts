import type { AttemptEnd } from '@patchtide/connectors/remote-shell';
import { withClockJudged } from './checked-clock';
import { endingOf, type Seen } from './ending';

const SENT_MS = Date.parse('2026-11-29T22:00:00Z');
const asked = { sentMs: SENT_MS, receivedMs: SENT_MS + 2_000 };

function checked(aheadS: number, code = 0, more: Record<string, string> = {}): AttemptEnd {
  const notes = { ...more, clock: `${(SENT_MS + 1_000) / 1_000 + aheadS}.000000000` };
  return { kind: 'exited', code, bootId: 'b', facts: { packages: [], notes } };
}
const ending = (seen: Seen) => endingOf(seen, { action: 'CHECK', output: '', wasHandedOutBefore: false });

describe('the clock of a host that was checked', () => {
  it('is right within five seconds, and no fact then', () => {
    expect(ending(withClockJudged(checked(4), asked))).toEqual({
      outcome: 'succeeded',
      summary: 'Done.',
      exitCode: 0,
      bootId: 'b',
    });
  });

  it('makes the host unfit when it is off by more than five minutes, and says what helps', () => {
    expect(ending(withClockJudged(checked(-1_200), asked))).toMatchObject({
      outcome: 'failed',
      summary: expect.stringMatching(
        /^Not fit for the night: its clock is 20 min behind the executor's\. Start chrony.*Then retry\.$/,
      ) as string,
      exitCode: 0,
      facts: { 'finding-1': "fault clock-off its clock is 20 min behind the executor's" },
    });
  });

  it('is a warning when it only drifts', () => {
    const end = ending(withClockJudged(checked(60), asked));
    expect(end).toMatchObject({
      outcome: 'succeeded',
      facts: { 'finding-1': "warning clock-drift its clock is 60 s ahead of the executor's" },
    });
  });

  it('is told beside what else was found', () => {
    const notes = {
      failure: 'not fit for the night: there is no unit x',
      'finding-1': 'fault unit-missing there is no unit x',
    };
    expect(ending(withClockJudged(checked(1_200, 1, notes), asked))?.summary).toMatch(
      /^Not fit for the night: there is no unit x; its clock is 20 min ahead.*Correct the component's unit.*Start chrony/,
    );
  });

  it('is not judged when nobody knows when it was read', () => {
    const slow = { ...asked, receivedMs: SENT_MS + 60_000 };
    for (const known of [null, slow]) {
      expect(ending(withClockJudged(checked(-1_200), known))).toMatchObject({
        outcome: 'succeeded',
        summary: 'Done.',
      });
    }
  });

  it('leaves everything else as it is', () => {
    const lost: Seen = { kind: 'lost', reason: 'no end was seen' };
    expect(withClockJudged(lost, asked)).toBe(lost);
  });
});
