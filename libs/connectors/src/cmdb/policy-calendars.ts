import { dirname, join } from 'node:path';
import type { Fault } from '@patchtide/contracts';
import { decodeText } from './decode-text';
import { readSource } from './read-source';

/** Many times the public holidays of a century. */
const MAX_BYTES = 1_000_000;
const MAX_FILES = 100;
/** A name and no path: what a policy names lies beside it. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.ics$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * A policy as it was read from a file, with the texts of the calendars that its freezes name (`file`) in their places (`ics`).
 * They are read from the policy's own folder. What is not in the shape of a policy stays as it is; faults point into it.
 */
export async function withCalendars(
  policy: unknown,
  policyFile: string,
): Promise<{ value: unknown; faults: Fault[] }> {
  const freezes = isFields(policy) ? policy['freezes'] : undefined;
  if (!isFields(policy) || !Array.isArray(freezes) || freezes.length > MAX_FILES)
    return { value: policy, faults: [] };
  const read = await Promise.all(
    freezes.map((freeze: unknown, position) =>
      withCalendar(freeze, `/freezes/${position}`, dirname(policyFile)),
    ),
  );
  return {
    value: { ...policy, freezes: read.map(({ value }) => value) },
    faults: read.flatMap(({ faults }) => faults),
  };
}

async function withCalendar(
  freeze: unknown,
  path: string,
  folder: string,
): Promise<{ value: unknown; faults: Fault[] }> {
  const name = isFields(freeze) ? freeze['file'] : undefined;
  if (!isFields(freeze) || 'ics' in freeze || typeof name !== 'string' || !NAME.test(name))
    return { value: freeze, faults: [] };
  const text = await calendarText(join(folder, name), name);
  if (typeof text !== 'string') return { value: freeze, faults: [{ path: `${path}/file`, ...text }] };
  const { file: _, ...rest } = freeze;
  return { value: { ...rest, ics: text }, faults: [] };
}

/** The text, or why there is none. */
async function calendarText(file: string, name: string): Promise<string | Omit<Fault, 'path'>> {
  const read = await readSource(file, { maxBytes: MAX_BYTES });
  if (!read.ok) {
    const message = read.faults[0]?.message ?? `${name} cannot be read`;
    return {
      message,
      remedy: `Put ${name} beside the policy file, readable and of at most ${MAX_BYTES / 1000} kB.`,
    };
  }
  const decoded = decodeText(read.source.bytes, { file, encoding: 'auto', isCsv: false });
  if (decoded.ok) return decoded.text;
  return {
    message: decoded.faults[0]?.message ?? `${name} is not a text`,
    remedy: 'Save the calendar as UTF-8.',
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
