import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header that proves who sent a webhook and when: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`. */
export const SIGNATURE_HEADER = 'x-patchtide-signature';

/** Signs a webhook body with the secret shared with its receiver. */
export function sign(body: string, secret: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${digestOf(`${seconds}.${body}`, secret).toString('hex')}`;
}

/** True when the header was made for this body with this secret, at most `toleranceSeconds` from `at`. */
export function isSigned(
  body: string,
  header: string | undefined,
  { secret, at, toleranceSeconds }: { secret: string; at: Date; toleranceSeconds: number },
): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '');
  if (!match) return false;
  const [, seconds = '', hex = ''] = match;
  if (Math.abs(at.getTime() / 1000 - Number(seconds)) > toleranceSeconds) return false;
  return timingSafeEqual(Buffer.from(hex, 'hex'), digestOf(`${seconds}.${body}`, secret));
}

function digestOf(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text, 'utf8').digest();
}
