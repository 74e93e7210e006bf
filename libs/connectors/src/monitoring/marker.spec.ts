import { claimOf, markerOf } from './marker';

describe('a marker', () => {
  it('names campaign and subject and can be read back', () => {
    const claim = { campaign: 'CHG0031337', subject: 'mon-srv-0001' };
    expect(markerOf(claim)).toBe('patchtide:CHG0031337:mon-srv-0001');
    expect(claimOf(markerOf(claim))).toEqual(claim);
  });

  it.each(['', 'patchtide', 'patchtide:a', 'patchtide:a:b:c', 'other:a:b', 'patchtide:a b:c', 'patchtide::'])(
    'is not what %j is',
    (text) => {
      expect(claimOf(text)).toBeUndefined();
    },
  );

  it('is not made for ids that could be read back as others', () => {
    expect(() => markerOf({ campaign: 'a:b', subject: 'c' })).toThrow(
      expect.objectContaining({ failure: 'bad-reference' }) as Error,
    );
  });
});
