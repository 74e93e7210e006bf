/**
 * A version 7 UUID of the given time (milliseconds since 1970) and 10 random bytes. Ids made in the same millisecond
 * are unordered; they are names and idempotency keys, never positions.
 */
export function uuidV7(unixMs: number, random: Uint8Array): string {
  if (!Number.isInteger(unixMs) || unixMs < 0 || unixMs >= 2 ** 48) {
    throw new RangeError(`${unixMs} is not a time in milliseconds of 48 bits`);
  }
  if (random.length < 10) throw new RangeError('a version 7 UUID needs 10 random bytes');
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(unixMs, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | (bytes.readUInt8(6) & 0x0f);
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
