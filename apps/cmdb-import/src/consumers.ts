import { subjects } from '@patchtide/contracts';
import { consumers } from '@patchtide/messaging';

/** Accepted changes, each of which needs a landscape. A CMDB that is away is waited for, about 40 minutes long. */
export const ACCEPTED_CHANGES = consumers.events(
  'cmdb-import-changes',
  subjects.event('campaign', '*', 'ChangeAccepted'),
);
