import { withCalendars } from '@patchtide/connectors/cmdb';
import type { Policy } from '@patchtide/contracts';
import { checkPolicy } from '@patchtide/domain';
import { type Read, readDocument } from './read-document';

/** A policy from a file, as of the moment `at`; the calendars that it names are read from beside it. */
export function readPolicy(file: string, at: string): Promise<Read<Policy>> {
  return readDocument<Policy>(file, 'policy', {
    examine: (policy) => checkPolicy(policy, at),
    prepare: (value) => withCalendars(value, file),
  });
}
