import { subjects } from '@patchtide/contracts';
import { consumers } from '@patchtide/messaging';

/** Accepted changes, each of which needs a landscape. */
export const ACCEPTED_CHANGES = consumers.events(
  'cmdb-import-changes',
  subjects.event('campaign', '*', 'ChangeAccepted'),
);
