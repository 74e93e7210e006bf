import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Change } from '../change';
import { OUTCOMES, type Outcome } from '../work';
import { ATTEMPT_ID, CI_ID, JOB_ID } from '../words';
import { DIGEST, EventFault, MatchesSchema } from './fields';

/** A valid change has arrived: the campaign begins, or begins again with a corrected change after a rejection. */
export class ChangeAccepted {
  @MatchesSchema('change') change!: Change;
  @Matches(DIGEST) changeDigest!: string;
  @IsInt() @Min(1) revision!: number;
  @IsISO8601() at!: string;
}

/** No plan can be made of this change; the reasons are complete. */
export class CampaignRejected {
  @IsIn(['landscape', 'plan']) stage!: 'landscape' | 'plan';
  @IsInt() @Min(1) revision!: number;
  @IsArray()
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => EventFault)
  reasons!: EventFault[];
  @IsISO8601() at!: string;
}

/** The plan that this campaign will execute once it is approved. */
export class CampaignPlanned {
  @Matches(DIGEST) planDigest!: string;
  @Matches(DIGEST) landscapeDigest!: string;
  @Matches(DIGEST) policyDigest!: string;
  @IsInt() @Min(0) jobs!: number;
  @IsInt() @Min(0) servers!: number;
  @IsISO8601() forecastEnd!: string;
  @IsBoolean() fits!: boolean;
  @IsISO8601() at!: string;
}

export class CampaignApproved {
  @IsString() @MaxLength(200) by!: string;
  @Matches(DIGEST) planDigest!: string;
  /** Recorded with the change in the ITSM system, or given by an approver here. */
  @IsIn(['change', 'approver']) source!: 'change' | 'approver';
  @IsISO8601() at!: string;
}

export class CampaignStarted {
  @IsString() @MaxLength(200) by!: string;
  @IsISO8601() at!: string;
}

export class WaveReleased {
  @IsString() @MaxLength(64) wave!: string;
  @IsISO8601() at!: string;
}

export class CampaignPaused {
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsISO8601() at!: string;
}

export class CampaignResumed {
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsISO8601() at!: string;
}

/** From here on the only direction is up: nothing new is stopped, everything taken away is given back. */
export class RestoreBegan {
  @IsIn(['abort', 'window-closed']) cause!: 'abort' | 'window-closed';
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsISO8601() at!: string;
}

/** A last safe moment has passed: this group's applications are not stopped any more, and brought up if they are down. */
export class ApplicationsLeftOut {
  @IsString() @MaxLength(128) group!: string;
  @IsArray() @ArrayMaxSize(10_000) @Matches(CI_ID, { each: true }) applications!: string[];
  @IsString() @MaxLength(500) reason!: string;
  @IsISO8601() at!: string;
}

export class JobDispatched {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @Matches(ATTEMPT_ID) attemptId!: string;
  @IsInt() @Min(0) epoch!: number;
  @IsISO8601() at!: string;
}

export class JobStarted {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsString() @MaxLength(128) executor!: string;
  @IsISO8601() at!: string;
}

export class JobSucceeded {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsString() @MaxLength(500) summary!: string;
  @IsOptional() @IsInt() exitCode?: number;
  @IsOptional() @IsString() @MaxLength(64) bootId?: string;
  @IsOptional() @IsObject() facts?: Record<string, string>;
  @IsISO8601() at!: string;
}

/** An attempt ended without proven success. `unknown` is what it says: it is neither success nor failure. */
export class JobFailed {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsIn(OUTCOMES.slice(1)) outcome!: Exclude<Outcome, 'succeeded'>;
  @IsString() @MaxLength(500) summary!: string;
  @IsOptional() @IsInt() exitCode?: number;
  @IsString() @MaxLength(4000) outputTail!: string;
  @IsISO8601() at!: string;
}

/** The job will be attempted again, by a rule of the policy or by an operator. */
export class JobRetryScheduled {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(2) nextAttempt!: number;
  @IsISO8601() notBefore!: string;
  @IsIn(['reaction', 'operator']) cause!: 'reaction' | 'operator';
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsISO8601() at!: string;
}

export class JobSkipped {
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsISO8601() at!: string;
}

/** Done by hand, outside Patchtide, as a named person states. */
export class JobCompleted {
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsISO8601() at!: string;
}

export class JobTakenOver {
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsISO8601() at!: string;
}

export class JobHandedBack {
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsISO8601() at!: string;
}

/** Recorded before the act that takes something away. */
export class ObligationOpened {
  @IsString() @MaxLength(200) obligation!: string;
  @IsIn(['stopped', 'muted', 'held']) kind!: 'stopped' | 'muted' | 'held';
  @Matches(CI_ID) ci!: string;
  @Matches(CI_ID) server!: string;
  @Matches(JOB_ID) job!: string;
  @IsOptional() @IsString() @MaxLength(200) owner?: string;
  @IsISO8601() at!: string;
}

export class ObligationDischarged {
  @IsString() @MaxLength(200) obligation!: string;
  @Matches(JOB_ID) job!: string;
  /** verified by us, stated by a person who did it by hand, or signed for by a person who leaves it open. */
  @IsIn(['verified', 'by-hand', 'signed']) how!: 'verified' | 'by-hand' | 'signed';
  @IsString() @MaxLength(200) by!: string;
  @IsISO8601() at!: string;
}

/** A scope has reached the failures it may have: no new stops in it. */
export class BudgetExhausted {
  @IsString() @MaxLength(200) scope!: string;
  @IsInt() @Min(0) failures!: number;
  @IsInt() @Min(0) limit!: number;
  @IsISO8601() at!: string;
}

export class BudgetRecovered {
  @IsString() @MaxLength(200) scope!: string;
  @IsInt() @Min(0) failures!: number;
  @IsInt() @Min(0) limit!: number;
  @IsISO8601() at!: string;
}

/** Somebody has to look: one per job, reopened rather than duplicated. */
export class IncidentOpened {
  @IsString() @MaxLength(256) incident!: string;
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(512) jobName!: string;
  @Matches(CI_ID) ci!: string;
  @Matches(CI_ID) server!: string;
  @IsOptional() @IsString() @MaxLength(128) application?: string;
  @IsOptional() @IsString() @MaxLength(200) owner?: string;
  @IsIn(OUTCOMES.slice(1)) outcome!: Exclude<Outcome, 'succeeded'>;
  @IsString() @MaxLength(500) summary!: string;
  @IsString() @MaxLength(4000) outputTail!: string;
  @IsInt() @Min(1) attempt!: number;
  /** How many jobs wait, directly or not, for this one. */
  @IsInt() @Min(0) waiting!: number;
  /** Minutes are not precise enough near the end: milliseconds until the window closes on this job's remaining path. */
  @IsInt() slackMs!: number;
  @IsDefined() @IsArray() @IsString({ each: true }) answers!: string[];
  @IsISO8601() at!: string;
}

export class IncidentResolved {
  @IsString() @MaxLength(256) incident!: string;
  @Matches(JOB_ID) job!: string;
  @IsIn(['reaction', 'operator', 'restore']) how!: 'reaction' | 'operator' | 'restore';
  @IsString() @MaxLength(200) by!: string;
  @IsISO8601() at!: string;
}

/** Nothing runs and nothing can, yet obligations are open: people are needed. */
export class CampaignNeedsHands {
  @IsArray() @ArrayMaxSize(100_000) @IsString({ each: true }) obligations!: string[];
  @IsISO8601() at!: string;
}

export class CampaignClosed {
  @IsIn(['completed', 'aborted', 'window-closed']) outcome!: 'completed' | 'aborted' | 'window-closed';
  @IsInt() @Min(0) serversPatched!: number;
  @IsInt() @Min(0) jobsSucceeded!: number;
  @IsInt() @Min(0) jobsSkipped!: number;
  @IsInt() @Min(0) jobsUnresolved!: number;
  @IsInt() @Min(0) incidents!: number;
  @IsISO8601() at!: string;
}
