import { isSigned, sign } from './signature';

const at = new Date('2026-11-29T22:00:00Z');
const check = { secret: 's3cret', at, toleranceSeconds: 300 };

describe('a webhook signature', () => {
  it('holds for the body, secret and time it was made for', () => {
    expect(isSigned('{"a":"ä"}', sign('{"a":"ä"}', 's3cret', at), check)).toBe(true);
  });

  it.each([
    ['another body', 'b', sign('a', 's3cret', at)],
    ['another secret', 'a', sign('a', 'other', at)],
    ['an old time', 'a', sign('a', 's3cret', new Date(at.getTime() - 301_000))],
    [
      'a time moved forward',
      'a',
      sign('a', 's3cret', new Date(0)).replace('t=0', `t=${at.getTime() / 1000}`),
    ],
    ['no header', 'a', undefined],
    ['a mangled header', 'a', 't=1,v1=zz'],
  ])('does not hold for %s', (_name, body, header) => {
    expect(isSigned(body, header, check)).toBe(false);
  });
});
