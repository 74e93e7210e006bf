import type { CampaignShape } from '../shapes/campaign';
import type { Campaigns } from './campaigns';

/** Injection token of all campaigns, summarized as the API shows them. */
export const CAMPAIGNS = Symbol('campaigns');
export type ShownCampaigns = Campaigns<CampaignShape>;
