import { uuidV7 } from './event-id';

describe('uuidV7', () => {
  it('writes the example of RFC 9562', () => {
    const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex');
    expect(uuidV7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('sets version and variant whatever the random bytes are', () => {
    for (const fill of [0x00, 0xff]) {
      expect(uuidV7(1_795_000_000_000, Buffer.alloc(10, fill))).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/,
      );
    }
  });

  it('orders by time as text', () => {
    const random = Buffer.alloc(10, 0xff);
    expect(uuidV7(1000, random) < uuidV7(1001, Buffer.alloc(10))).toBe(true);
  });

  it('refuses a time that does not fit and too little randomness', () => {
    expect(() => uuidV7(-1, Buffer.alloc(10))).toThrow(RangeError);
    expect(() => uuidV7(0.5, Buffer.alloc(10))).toThrow(RangeError);
    expect(() => uuidV7(0, Buffer.alloc(9))).toThrow(RangeError);
  });
});
