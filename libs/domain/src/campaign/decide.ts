import type { CampaignEvent } from '@patchtide/contracts';
import { toMs } from '../instant';
import { Rejected, unreachable } from '../rejected';
import { advance } from './advance';
import type { CampaignCommand } from './commands';
import { recordCondition, stateCondition } from './conditions';
import { evolve, type Plans } from './evolve';
import { decideJobControl } from './job-control';
import { reforecast } from './reforecast';
import { closedToAll } from './open-times';
import { decideReport, decideSilence } from './report';
import type { Campaign, Execution } from './state';

/**
 * The events that a command leads to; none when the wish is already true; `Rejected` when a rule says no.
 * Reads the state, never changes it.
 */
export function decide(campaign: Campaign, command: CampaignCommand): CampaignEvent[] {
  switch (command.type) {
    case 'SubmitChange':
      return submit(campaign, command);
    case 'AdoptPlan':
      return adopt(campaign, command);
    case 'RejectPlan':
      return reject(campaign, command);
    case 'Approve':
      return approve(campaign, command);
    case 'Start':
      return start(campaign, command);
    case 'Pause':
    case 'Resume':
      return pauseOrResume(campaign, command);
    case 'Abort':
      return abort(campaign, command);
    case 'ControlJob':
      return decideJobControl(running(campaign), command);
    case 'StateCondition':
      return stateCondition(campaign, command);
    case 'RecordCondition':
      return recordCondition(campaign, command);
    case 'RecordReport':
    case 'RecordSilence':
      return record(campaign, command);
    case 'Reforecast':
      return reforecast(campaign, command.at);
    case 'Advance':
      return advance(campaign, command.at, command.epoch);
    default:
      return unreachable(command);
  }
}

/**
 * Decides a command and everything that follows at once from it, applying each event. The state has moved when this
 * returns: a caller that cannot store the events must throw the state away and fold again.
 */
export function handle(
  campaign: Campaign,
  command: CampaignCommand,
  plans: Plans,
  epoch: number,
): CampaignEvent[] {
  const events: CampaignEvent[] = [];
  let next = decide(campaign, command);
  while (next.length > 0) {
    for (const event of next) evolve(campaign, event, plans);
    events.push(...next);
    next = advance(campaign, command.at, epoch);
  }
  return events;
}

type Fact = Extract<CampaignCommand, { type: 'RecordReport' | 'RecordSilence' }>;

/** What executors say about a campaign that has closed changes nothing any more. */
function record({ status, execution }: Campaign, command: Fact): CampaignEvent[] {
  if (!execution || status === 'closed') return [];
  return command.type === 'RecordReport'
    ? decideReport(execution, command.report, command.at)
    : decideSilence(execution, command);
}

type Submit = Extract<CampaignCommand, { type: 'SubmitChange' }>;

function submit(campaign: Campaign, { change, changeDigest, at }: Submit): CampaignEvent[] {
  if (campaign.status !== 'none' && campaign.changeDigest === changeDigest && campaign.status !== 'rejected')
    return [];
  if (campaign.status !== 'none' && campaign.status !== 'rejected') {
    throw new Rejected(
      'change-already-known',
      `change ${change.id} already has a campaign, made from another version of the change`,
      'Submit the new version under an id of its own, or abort the campaign first.',
    );
  }
  return [{ type: 'ChangeAccepted', data: { change, changeDigest, revision: campaign.revision + 1, at } }];
}

type Adopt = Extract<CampaignCommand, { type: 'AdoptPlan' }>;

function adopt(campaign: Campaign, { plan, revision, at }: Adopt): CampaignEvent[] {
  if (campaign.status !== 'planning' || campaign.revision !== revision) return [];
  const planned: CampaignEvent = {
    type: 'CampaignPlanned',
    data: {
      planDigest: plan.digest,
      landscapeDigest: plan.landscapeDigest,
      policyDigest: plan.policyDigest,
      jobs: plan.jobs.length,
      servers: Object.keys(plan.servers).length,
      forecastEnd: plan.forecast.end,
      fits: plan.forecast.fits,
      at,
    },
  };
  const recorded = (campaign.change?.approvals ?? [])
    .filter((approval) => approval.by !== campaign.change?.requestedBy)
    .map((approval): CampaignEvent => ({
      type: 'CampaignApproved',
      data: { by: approval.by, planDigest: plan.digest, source: 'change', at },
    }));
  return [planned, ...recorded];
}

type RejectPlan = Extract<CampaignCommand, { type: 'RejectPlan' }>;

function reject(campaign: Campaign, { stage, revision, reasons, at }: RejectPlan): CampaignEvent[] {
  if (campaign.status !== 'planning' || campaign.revision !== revision) return [];
  return [{ type: 'CampaignRejected', data: { stage, revision, reasons: [...reasons], at } }];
}

type Approve = Extract<CampaignCommand, { type: 'Approve' }>;

function approve(campaign: Campaign, { by, planDigest, at }: Approve): CampaignEvent[] {
  if (campaign.status !== 'planned' && campaign.status !== 'approved')
    throw wrongStatus(campaign, 'approved');
  if (campaign.execution?.plan.digest !== planDigest) {
    throw new Rejected(
      'plan-changed',
      `the campaign's plan is ${campaign.execution?.plan.digest ?? 'not made yet'}, not ${planDigest}`,
      'Look at the present plan, and approve its digest.',
    );
  }
  if (by === campaign.change?.requestedBy) {
    throw new Rejected(
      'own-change',
      `${by} requested this change and cannot approve it`,
      'Ask a second person to approve.',
    );
  }
  if (campaign.approvals.some((approval) => approval.by === by && approval.planDigest === planDigest))
    return [];
  return [{ type: 'CampaignApproved', data: { by, planDigest, source: 'approver', at } }];
}

type Wish = Extract<CampaignCommand, { type: 'Start' | 'Pause' | 'Resume' | 'Abort' }>;

function start(campaign: Campaign, { by, at }: Wish): CampaignEvent[] {
  if (campaign.status === 'running') return [];
  if (campaign.status !== 'approved') throw wrongStatus(campaign, 'started');
  const closed = campaign.execution && closedToAll(campaign.execution, toMs(at));
  if (closed !== null) {
    throw new Rejected(
      'outside-window',
      `it is ${at}, and nothing may start now: ${closed}`,
      'Wait for the window; the campaign starts by itself when it opens.',
    );
  }
  return [{ type: 'CampaignStarted', data: { by, at } }];
}

function pauseOrResume(campaign: Campaign, { type, by, reason, at }: Wish): CampaignEvent[] {
  running(campaign);
  if (campaign.restore) {
    throw new Rejected(
      'restoring',
      'the campaign is giving everything back and cannot be paused',
      'Wait until it is done.',
    );
  }
  const isWanted = type === 'Pause';
  if (isWanted === (campaign.paused !== null)) return [];
  return [{ type: isWanted ? 'CampaignPaused' : 'CampaignResumed', data: { by, reason, at } }];
}

function abort(campaign: Campaign, { by, reason, at }: Wish): CampaignEvent[] {
  if (campaign.status === 'closed' || campaign.restore) return [];
  if (campaign.status === 'none' || campaign.status === 'rejected') throw wrongStatus(campaign, 'aborted');
  return [{ type: 'RestoreBegan', data: { cause: 'abort', by, reason, at } }];
}

function running(campaign: Campaign): Execution {
  const isRunning = campaign.status === 'running' || campaign.status === 'needs-hands';
  if (!isRunning || !campaign.execution) throw wrongStatus(campaign, 'controlled');
  return campaign.execution;
}

function wrongStatus(campaign: Campaign, what: string): Rejected {
  const hint: Readonly<Record<string, string>> = {
    none: 'Submit a change first.',
    planning: 'Wait for its plan.',
    rejected: 'Correct the change and submit it again.',
    planned: 'Approve its plan first.',
    approved: 'It starts by itself when its window opens; abort it to prevent that.',
    closed: 'Submit a new change.',
  };
  const message = `the campaign is ${campaign.status} and cannot be ${what}`;
  return new Rejected('wrong-status', message, hint[campaign.status] ?? 'Look at the campaign first.');
}
