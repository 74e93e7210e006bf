import { type Campaign, liveForecast, openObligations } from '@patchtide/domain';
import type { Folded } from '../follow/campaigns';

/** A campaign as the API shows it. Everything in it is derived from events and the given moment. */
export function campaignView({ id, campaign, version, lastEventAt }: Folded, at: string) {
  const { execution, change } = campaign;
  return {
    id,
    title: change?.title ?? id,
    status: publicStatus(campaign),
    revision: campaign.revision,
    requestedBy: change?.requestedBy ?? null,
    policy: change?.policy ?? null,
    window: change?.window ?? null,
    approvals: campaign.approvals,
    startedAt: campaign.startedAt,
    paused: campaign.paused,
    restore: campaign.restore,
    closed: campaign.closed,
    reasons: campaign.reasons,
    planDigest: execution?.plan.digest ?? null,
    landscapeDigest: execution?.plan.landscapeDigest ?? null,
    policyDigest: execution?.plan.policyDigest ?? null,
    servers: execution ? Object.keys(execution.plan.servers).length : 0,
    jobs: execution ? countByStatus(campaign) : {},
    openObligations: execution ? openObligations(execution).length : 0,
    openIncidents: execution
      ? [...execution.incidents.values()].filter((incident) => incident.open).length
      : 0,
    exhaustedBudgets: execution ? [...execution.exhausted] : [],
    forecast: execution && campaign.status !== 'closed' ? liveForecast(execution, at) : null,
    version,
    lastEventAt,
  };
}

/** The campaign's status in one word that also says whether it is paused or on the way up. */
export function publicStatus(campaign: Campaign): string {
  if (campaign.status === 'closed') return campaign.closed?.outcome ?? 'closed';
  if (campaign.status === 'needs-hands') return 'needs-hands';
  if (campaign.restore) return 'restoring';
  if (campaign.paused) return campaign.execution?.inFlight.size === 0 ? 'paused' : 'pausing';
  return campaign.status;
}

function countByStatus(campaign: Campaign): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const job of campaign.execution?.jobs.values() ?? [])
    counts[job.status] = (counts[job.status] ?? 0) + 1;
  return counts;
}
