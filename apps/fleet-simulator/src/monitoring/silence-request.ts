import { agrees, type Matcher } from './silence';

export interface SilenceRequest {
  readonly id?: string;
  readonly matchers: readonly Matcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
}

/** 422: the document is not a silence. 400: it is one that makes no sense. */
export class BadSilence extends Error {
  constructor(
    readonly status: 400 | 404 | 422,
    message: string,
  ) {
    super(message);
    this.name = 'BadSilence';
  }
}

/** Reads the body of a POST as Alertmanager does; throws BadSilence with its status codes. */
export function readSilence(body: unknown, now: number): SilenceRequest {
  const fields = record(body);
  for (const name of ['comment', 'createdBy', 'startsAt', 'endsAt']) {
    if (typeof fields[name] !== 'string') throw new BadSilence(422, `${name} in body is required`);
  }
  const request = {
    ...(typeof fields.id === 'string' && fields.id !== '' && { id: fields.id }),
    matchers: matchers(fields.matchers),
    startsAt: time(fields.startsAt, 'startsAt'),
    endsAt: time(fields.endsAt, 'endsAt'),
    createdBy: String(fields.createdBy),
    comment: String(fields.comment),
  };
  if (request.endsAt < now)
    throw new BadSilence(400, "Failed to create silence: end time can't be in the past");
  if (request.startsAt >= request.endsAt) {
    throw new BadSilence(400, 'Failed to create silence: start time must be before end time');
  }
  return request;
}

function matchers(value: unknown): Matcher[] {
  if (!Array.isArray(value) || value.length === 0) throw new BadSilence(422, 'matchers in body is required');
  const read = value.map(matcher);
  if (read.every((entry) => agrees(entry, ''))) {
    throw new BadSilence(400, 'invalid silence: at least one matcher must not match the empty string');
  }
  return read;
}

function matcher(value: unknown): Matcher {
  const { name, value: wanted, isRegex, isEqual = true } = record(value);
  if (typeof name !== 'string' || name === '' || typeof wanted !== 'string' || typeof isRegex !== 'boolean') {
    throw new BadSilence(422, 'matchers.name, matchers.value and matchers.isRegex in body are required');
  }
  const read = { name, value: wanted, isRegex, isEqual: isEqual !== false };
  try {
    agrees(read, '');
  } catch (cause) {
    throw new BadSilence(
      400,
      `invalid silence: invalid regular expression in matcher ${name}: ${String(cause)}`,
    );
  }
  return read;
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new BadSilence(422, 'expected an object');
  return value as Record<string, unknown>;
}

function time(value: unknown, name: string): number {
  const at = Date.parse(String(value));
  if (Number.isNaN(at)) throw new BadSilence(422, `${name} in body must be of type date-time`);
  return at;
}
