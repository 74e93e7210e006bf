import { CAMPAIGN_ID, CI_ID } from '@patchtide/contracts';
import { CallFailed } from './call';

/** Whose mute or hold it is: one monitor or batch job, taken by one campaign. */
export interface Claim {
  campaign: string;
  /** The id of the monitor or batch job in the landscape. */
  subject: string;
}

const PREFIX = 'patchtide';

/** The text by which a claim is found again in a foreign system: `patchtide:<campaign>:<subject>`. */
export function markerOf(claim: Claim): string {
  if (!CAMPAIGN_ID.test(claim.campaign) || !CI_ID.test(claim.subject)) {
    throw new CallFailed('bad-reference', `not a campaign and subject: ${JSON.stringify(claim)}`, {
      retryable: false,
    });
  }
  return `${PREFIX}:${claim.campaign}:${claim.subject}`;
}

/** Reads a marker back; undefined for text that is not one. Ids contain no colon, so this is unambiguous. */
export function claimOf(text: string): Claim | undefined {
  const [prefix, campaign, subject, ...rest] = text.split(':');
  if (prefix !== PREFIX || campaign === undefined || subject === undefined || rest.length > 0)
    return undefined;
  return CAMPAIGN_ID.test(campaign) && CI_ID.test(subject) ? { campaign, subject } : undefined;
}
