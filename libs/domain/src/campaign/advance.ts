import type { CampaignEvent } from '@patchtide/contracts';
import { toMs } from '../instant';
import { dispatch } from './dispatch';
import { isWindowOpen } from './open-times';
import { leaveOutEnded, leaveOutLate, skipWhileRestoring } from './restore';
import {
  type Campaign,
  type Execution,
  givesBack,
  type JobState,
  type JobStatus,
  openObligations,
  PATCHTIDE,
} from './state';
import { waveRefusal } from './waves';
import { isReadyToRestore } from './way-up';

/** What is due now, one kind at a time: the caller applies the events and asks again until nothing is due. */
export function advance(campaign: Campaign, at: string, epoch: number): CampaignEvent[] {
  const { execution, status } = campaign;
  if (status === 'none' || status === 'rejected' || status === 'closed') return [];
  const due = dueByClock(campaign, at);
  if (due.length > 0) return due;
  if (!execution || status === 'planned' || status === 'approved') return closeUnstarted(campaign, at);
  const steps = [
    () => (campaign.restore ? [] : releaseWave(execution, at)),
    () => leaveOutEnded(execution, at),
    () => leaveOutLate(execution, at),
    () => skipWhileRestoring(execution, at),
    () => (campaign.paused ? [] : dispatch(execution, at, epoch)),
    () => finish(campaign, execution, at),
  ];
  for (const step of steps) {
    const events = step();
    if (events.length > 0) return events;
  }
  return [];
}

function dueByClock(campaign: Campaign, at: string): CampaignEvent[] {
  const { execution, status } = campaign;
  // While it is being planned, the planner says what is wrong with the windows, together with everything else.
  if (!execution || campaign.restore || status === 'planning') return [];
  const { end } = execution.plan.window;
  if (toMs(at) >= toMs(end)) {
    const reason = `the window ended at ${end}`;
    return [{ type: 'RestoreBegan', data: { cause: 'window-closed', by: PATCHTIDE, reason, at } }];
  }
  const isDue = status === 'approved' && isWindowOpen(execution, toMs(at));
  return isDue ? [{ type: 'CampaignStarted', data: { by: PATCHTIDE, at } }] : [];
}

/** A campaign that is given up before it started has nothing to give back. */
function closeUnstarted(campaign: Campaign, at: string): CampaignEvent[] {
  if (!campaign.restore) return [];
  const outcome = campaign.restore.cause === 'abort' ? 'aborted' : 'window-closed';
  const none = { serversPatched: 0, jobsSucceeded: 0, jobsSkipped: 0, jobsUnresolved: 0, incidents: 0 };
  return [{ type: 'CampaignClosed', data: { outcome, ...none, at } }];
}

function releaseWave(execution: Execution, at: string): CampaignEvent[] {
  const { waves } = execution.plan;
  const wave = waves.find(({ name }) => !execution.releasedWaves.has(name));
  if (!wave || waveRefusal(execution, wave.name, at) !== null) return [];
  return [{ type: 'WaveReleased', data: { wave: wave.name, at } }];
}

function finish(campaign: Campaign, execution: Execution, at: string): CampaignEvent[] {
  if (execution.inFlight.size > 0) return [];
  const isDone = [...execution.unsettled.values()].every((left) => left <= 0);
  if (!isDone && (!campaign.restore || isRetryPending(execution))) return [];
  const open = openObligations(execution).map((obligation) => obligation.id);
  if (open.length > 0) {
    const isSame = campaign.status === 'needs-hands' && campaign.needsHands.join() === open.join();
    return isSame ? [] : [{ type: 'CampaignNeedsHands', data: { obligations: open, at } }];
  }
  return [closing(campaign, execution, at)];
}

function closing(campaign: Campaign, execution: Execution, at: string): CampaignEvent {
  const jobs = [...execution.jobs.values()];
  const count = (...statuses: JobStatus[]): number =>
    jobs.filter((job) => statuses.includes(job.status)).length;
  const isServerPatch = (job: JobState): boolean => job.plan.id === `patch-${job.plan.server}`;
  const outcomes = { abort: 'aborted', 'window-closed': 'window-closed' } as const;
  return {
    type: 'CampaignClosed',
    data: {
      outcome: campaign.restore ? outcomes[campaign.restore.cause] : 'completed',
      serversPatched: jobs.filter((job) => isServerPatch(job) && job.status === 'succeeded').length,
      jobsSucceeded: count('succeeded', 'completed'),
      jobsSkipped: count('skipped'),
      jobsUnresolved: count('failed', 'unknown', 'taken-over', 'waiting'),
      incidents: execution.incidents.size,
      at,
    },
  };
}

/** Whether, on the way up, something will happen without a person: a retry whose time has not come. */
function isRetryPending(execution: Execution): boolean {
  return [...execution.jobs.values()].some(
    (job) =>
      job.status === 'waiting' &&
      job.notBeforeMs > 0 &&
      givesBack(job.plan) &&
      isReadyToRestore(execution, job),
  );
}
