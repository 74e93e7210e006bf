import { Rejected } from '@patchtide/domain';
import { instantParameter, numberParameter, textParameters } from './query';

function refusal(act: () => unknown): Rejected {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a parameter', () => {
  it('that is a moment has a zone, and is given back in UTC', () => {
    expect(instantParameter('2026-11-29T23:00:00+01:00', 'at')).toBe('2026-11-29T22:00:00.000Z');
    for (const text of [
      'yesterday',
      '',
      undefined,
      ['2026-11-29T22:00:00Z'],
      '2026-11-29T22:00:00',
      '2026-02-30T00:00:00Z',
    ]) {
      const { code, faults } = refusal(() => instantParameter(text, 'at'));
      expect([code, faults[0]?.path]).toEqual(['invalid-time', '/at']);
    }
  });

  it('that is a number is whole and within bounds', () => {
    const bounds = { fallback: 7, min: 1, max: 10 };
    expect([undefined, '', '1', '10'].map((text) => numberParameter(text, 'n', bounds))).toEqual([
      7, 7, 1, 10,
    ]);
    for (const text of ['0', '-1', '11', '1.5', 'x', ['1'], '1e400']) {
      expect(refusal(() => numberParameter(text, 'n', bounds)).faults[0]?.remedy).toBe(
        'Send a whole number from 1 to 10.',
      );
    }
  });

  it('that is unknown, given twice or not one of its words is refused, together with all others', () => {
    const known = { status: ['open', 'done'], server: null } as const;
    expect(textParameters({ status: 'open', server: 'srv-1' }, known)).toEqual({
      status: 'open',
      server: 'srv-1',
    });
    const { faults } = refusal(() =>
      textParameters({ status: 'x', server: ['a', 'b'], colour: 'red' }, known),
    );
    expect(faults.map(({ path }) => path).sort()).toEqual(['/colour', '/server', '/status']);
  });
});
