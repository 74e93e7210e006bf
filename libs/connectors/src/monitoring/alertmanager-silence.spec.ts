import { filterOf, matchersOf, sameMatchers, silencesOf } from './alertmanager-silence';

describe('the matchers of a ref', () => {
  it('are one exact match per label, whatever the order of the labels', () => {
    const ab = matchersOf({ a: '1', b: '.*' });

    expect(ab).toEqual([
      { name: 'a', value: '1', isRegex: false, isEqual: true },
      { name: 'b', value: '.*', isRegex: false, isEqual: true },
    ]);
    expect(sameMatchers(ab, matchersOf({ b: '.*', a: '1' }))).toBe(true);
  });

  it.each([
    ['no labels', {}],
    ['an empty value', { instance: '' }],
    ['an empty value beside a good one', { instance: 'a', job: '' }],
    ['a number', { port: 9100 }],
    ['a list', { instance: ['a', 'b'] }],
    ['a name that is no label', { 'instance=~': '.*' }],
  ])('do not come from a ref with %s', (_name, ref: Record<string, unknown>) => {
    expect(() => matchersOf(ref)).toThrow(
      expect.objectContaining({ failure: 'bad-reference', retryable: false }) as Error,
    );
  });

  it('are quoted in a filter', () => {
    expect(filterOf({ name: 'a', value: 'x"\\\n', isRegex: false, isEqual: true })).toBe('a="x\\"\\\\\\n"');
  });
});

describe('a list of silences', () => {
  const silence = {
    id: '1',
    status: { state: 'active' },
    startsAt: '2026-11-29T21:00:00.000Z',
    endsAt: '2026-11-29T21:15:00.000Z',
    comment: 'patchtide:C1:mon-1',
    matchers: [{ name: 'a', value: 'b', isRegex: false }],
  };

  it('takes a matcher without isEqual, as old servers send it, for equality', () => {
    expect(silencesOf([silence])[0]?.matchers).toEqual([
      { name: 'a', value: 'b', isRegex: false, isEqual: true },
    ]);
  });

  it.each([
    ['no list', {}],
    ['an unknown state', [{ ...silence, status: { state: 'asleep' } }]],
    ['no end', [{ ...silence, endsAt: undefined }]],
    ['null', [null]],
  ])('with %s is not believed', (_name, json) => {
    expect(() => silencesOf(json)).toThrow(
      expect.objectContaining({ failure: 'unexpected-answer' }) as Error,
    );
  });
});
