import { stdSerializers } from 'pino';

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'token',
  'password',
  'passphrase',
  'privateKey',
  'secret',
  'creds',
];

/** Where secrets may stand in a log object: as a field, or one or two levels down. */
export const redactedPaths: string[] = SECRET_NAMES.flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]).concat('req.headers["set-cookie"]', 'req.headers["x-api-key"]', 'res.headers["set-cookie"]');

/** Takes the credentials out of URLs and bearer headers in a text. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^@/\s]+@/g, '//[redacted]@').replace(/\bBearer\s+\S+/gi, 'Bearer [redacted]');
}

/** An error as a log field: message and stack without credentials, causes included. */
export function errorField(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? withoutSecrets(error) : error;
  const { type, message, stack } = stdSerializers.err(error);
  const code = (error as NodeJS.ErrnoException).code;
  // Other properties of foreign errors (request options, SQL parameters) may hold anything; they stay out.
  return {
    type,
    message: withoutSecrets(message),
    stack: withoutSecrets(stack),
    ...(code === undefined ? {} : { code }),
  };
}
