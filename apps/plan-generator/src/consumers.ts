import { subjects } from '@patchtide/contracts';
import { consumers } from '@patchtide/messaging';

/** Captured landscapes, each of which needs a plan. */
export const CAPTURED_LANDSCAPES = consumers.events(
  'plan-generator-landscapes',
  subjects.event('landscape', '*', 'LandscapeCaptured'),
);
