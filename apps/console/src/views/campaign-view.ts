import { type Campaign, closedGates, type Execution, openObligations } from '@patchtide/domain';
import type { Folded } from '../follow/campaign-fold';
import type { CampaignShape } from '../shapes/campaign';
import { liveView } from './live-view';

/** A campaign as the API shows it. Everything in it is derived from events and the given moment. */
export function campaignView({ id, campaign, version, lastEventAt }: Folded, at: string): CampaignShape {
  const { approvals, change, closed, paused, reasons, restore, revision, startedAt } = campaign;
  return {
    id,
    title: change?.title ?? id,
    status: publicStatus(campaign),
    revision,
    requestedBy: change?.requestedBy ?? null,
    policy: change?.policy ?? null,
    window: change?.window ?? null,
    approvals,
    startedAt,
    paused,
    restore,
    closed,
    reasons,
    ...(campaign.execution ? executionView(campaign, campaign.execution, at) : NO_EXECUTION),
    version,
    lastEventAt,
  };
}

type ExecutionView = Pick<
  CampaignShape,
  | 'planDigest'
  | 'landscapeDigest'
  | 'policyDigest'
  | 'servers'
  | 'jobs'
  | 'openObligations'
  | 'openIncidents'
  | 'exhaustedBudgets'
  | 'closedGates'
  | 'forecast'
>;

const NO_EXECUTION: ExecutionView = {
  planDigest: null,
  landscapeDigest: null,
  policyDigest: null,
  servers: 0,
  jobs: {},
  openObligations: 0,
  openIncidents: 0,
  exhaustedBudgets: [],
  closedGates: [],
  forecast: null,
};

function executionView(campaign: Campaign, execution: Execution, at: string): ExecutionView {
  const { digest: planDigest, landscapeDigest, policyDigest, servers } = execution.plan;
  return {
    planDigest,
    landscapeDigest,
    policyDigest,
    servers: Object.keys(servers).length,
    jobs: countByStatus(execution),
    openObligations: openObligations(execution).length,
    openIncidents: [...execution.incidents.values()].filter((incident) => incident.open).length,
    exhaustedBudgets: [...execution.exhausted],
    closedGates: closedGates(campaign, at),
    forecast: campaign.status === 'closed' ? null : forecastView(execution, at),
  };
}

/** Without its applications, which a list of campaigns has no room for. */
function forecastView(execution: Execution, at: string): CampaignShape['forecast'] {
  const { end, windowEnd, slackMs, fits, decidedBy, slipMs, cause } = liveView(execution, at);
  return { end, windowEnd, slackMs, fits, decidedBy, slipMs, cause };
}

/** The campaign's status in one word that also says whether it is paused or on the way up. */
export function publicStatus(campaign: Campaign): string {
  if (campaign.status === 'closed') return campaign.closed?.outcome ?? 'closed';
  if (campaign.status === 'needs-hands') return 'needs-hands';
  if (campaign.restore) return 'restoring';
  if (campaign.paused) return campaign.execution?.inFlight.size === 0 ? 'paused' : 'pausing';
  return campaign.status;
}

function countByStatus(execution: Execution): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const job of execution.jobs.values()) counts[job.status] = (counts[job.status] ?? 0) + 1;
  return counts;
}
