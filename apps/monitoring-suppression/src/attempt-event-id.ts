import { createHash } from 'node:crypto';

/**
 * The id of what an attempt records about a subject: the same for every copy of its order and every instance, so that
 * the stream itself says whether an attempt was carried out already. Shaped as a UUID of version 8 (own rules).
 */
export function attemptEventId(attemptId: string, type: string, key: string): string {
  const hex = createHash('sha256').update(`${attemptId}\n${type}\n${key}`, 'utf8').digest('hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
