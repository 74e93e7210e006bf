import type { CampaignEvent, Change, JobVerb, Outcome, Plan } from '@patchtide/contracts';
import type { CampaignCommand } from '../campaign/commands';
import { handle } from '../campaign/decide';
import { type Campaign, type Execution, initialCampaign, type JobState } from '../campaign/state';
import { waitingBecause } from '../campaign/waiting';
import { toInstant, toMs } from '../instant';
import { aChange, digestOf, type Inputs, PLANNED_AT, planOf, WINDOW_START } from './plans';
import { finishedReport, startedReport } from './reports';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
const EPOCH = 7;
const OPERATOR = 'k.lindner';

/**
 * A campaign in the hands of a test: a clock that moves only when told, everybody who may send a command, and every
 * event so far. Each method returns the events that it led to.
 */
export class Night {
  readonly events: CampaignEvent[] = [];
  readonly campaign: Campaign = initialCampaign();
  readonly change: Change;
  private nowMs = toMs(PLANNED_AT);

  constructor(
    readonly plan: Plan,
    change: Partial<Change> = {},
  ) {
    this.change = aChange(change);
  }

  get at(): string {
    return toInstant(this.nowMs);
  }

  get execution(): Execution {
    if (!this.campaign.execution) throw new Error('the campaign has no plan yet');
    return this.campaign.execution;
  }

  job(id: string): JobState {
    const job = this.execution.jobs.get(id);
    if (!job) throw new Error(`no job ${id}`);
    return job;
  }

  status(id: string): string {
    return this.job(id).status;
  }

  /** Jobs that an executor has at this moment, sorted. */
  get running(): string[] {
    return [...this.execution.inFlight].sort();
  }

  get openObligations(): string[] {
    return [...this.execution.obligations.values()].filter((o) => o.open).map((o) => o.id);
  }

  why(job: string): string | null {
    return waitingBecause(this.campaign, this.job(job), this.at);
  }

  send(command: CampaignCommand): CampaignEvent[] {
    const events = handle(this.campaign, command, new Map([[this.plan.digest, this.plan]]), EPOCH);
    this.events.push(...events);
    return events;
  }

  submit(): CampaignEvent[] {
    return this.send({ type: 'SubmitChange', change: this.change, changeDigest: digestOf('d'), at: this.at });
  }

  adopt(): CampaignEvent[] {
    return this.send({ type: 'AdoptPlan', plan: this.plan, revision: this.campaign.revision, at: this.at });
  }

  approve(by = OPERATOR): CampaignEvent[] {
    const { digest: planDigest } = this.plan;
    return this.send({ type: 'Approve', planDigest, by, reason: 'read it', at: this.at });
  }

  operator(type: 'Start' | 'Pause' | 'Resume' | 'Abort', reason = 'because'): CampaignEvent[] {
    return this.send({ type, by: OPERATOR, reason, at: this.at });
  }

  answer(verb: JobVerb, job: string, reason = 'because'): CampaignEvent[] {
    return this.send({ type: 'ControlJob', verb, job, by: OPERATOR, reason, at: this.at });
  }

  /** Moves the clock and lets the campaign do what is due. */
  pass(ms: number): CampaignEvent[] {
    this.nowMs += ms;
    return this.tick();
  }

  /** Moves the clock to a moment and lets the campaign do what is due. */
  until(instant: string): CampaignEvent[] {
    this.nowMs = toMs(instant);
    return this.tick();
  }

  tick(): CampaignEvent[] {
    return this.send({ type: 'Advance', epoch: EPOCH, at: this.at });
  }

  starts(job: string, attempt = this.job(job).attempt): CampaignEvent[] {
    const report = startedReport({ job, attempt, at: this.at });
    return this.send({ type: 'RecordReport', report, at: this.at });
  }

  ends(job: string, outcome: Outcome = 'succeeded', attempt = this.job(job).attempt): CampaignEvent[] {
    const report = finishedReport({ job, attempt, at: this.at }, outcome);
    return this.send({ type: 'RecordReport', report, at: this.at });
  }

  silence(job: string, attempt = this.job(job).attempt): CampaignEvent[] {
    return this.send({ type: 'RecordSilence', job, attempt, at: this.at });
  }

  /** Lets every running job succeed, and those that follow, until nothing runs or one of `before` does. */
  succeedAll(...before: readonly string[]): this {
    for (;;) {
      const next = this.running.find((id) => !before.includes(id));
      if (next === undefined) return this;
      this.ends(next);
    }
  }
}

/** A night whose campaign is approved and whose window has just opened. */
export function aNight(inputs: Inputs): Night {
  const night = new Night(planOf(inputs), inputs.change);
  night.submit();
  night.adopt();
  night.approve();
  night.until(WINDOW_START);
  return night;
}
