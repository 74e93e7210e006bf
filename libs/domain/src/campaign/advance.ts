import type { CampaignEvent } from '@patchtide/contracts';
import { toMs } from '../instant';
import { dispatch } from './dispatch';
import { leaveOutLate, skipWhileRestoring } from './restore';
import {
  type Campaign,
  type Execution,
  givesBack,
  type JobState,
  type JobStatus,
  openObligations,
  PATCHTIDE,
} from './state';
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
  const window = campaign.change?.window;
  if (!window || campaign.restore) return [];
  // While it is being planned, the planner says what is wrong with the window, together with everything else.
  const isOver = campaign.status !== 'planning' && toMs(at) >= toMs(window.end);
  if (isOver) {
    const reason = `the window ended at ${window.end}`;
    return [{ type: 'RestoreBegan', data: { cause: 'window-closed', by: PATCHTIDE, reason, at } }];
  }
  if (campaign.status === 'approved' && toMs(at) >= toMs(window.start)) {
    return [{ type: 'CampaignStarted', data: { by: PATCHTIDE, at } }];
  }
  return [];
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
  const position = waves.findIndex((wave) => !execution.releasedWaves.has(wave.name));
  const wave = waves[position];
  if (!wave) return [];
  const before = waves[position - 1];
  const isDue = !before || wavePassed(execution, before, at);
  return isDue ? [{ type: 'WaveReleased', data: { wave: wave.name, at } }] : [];
}

/** A wave has passed when all its jobs have ended and its soak time is over. */
function wavePassed(execution: Execution, wave: { name: string; soakMs: number }, at: string): boolean {
  if ((execution.unsettled.get(wave.name) ?? 0) > 0) return false;
  return toMs(at) >= (execution.waveEndMs.get(wave.name) ?? 0) + wave.soakMs;
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
  const isServerPatch = (job: JobState): boolean =>
    job.plan.action === 'PATCH' && job.plan.ci === job.plan.server;
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
