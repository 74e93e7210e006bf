import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsString,
  Matches,
  MaxLength,
  Min,
} from 'class-validator';
import type { Change } from '../change';
import { OUTCOMES, type Outcome } from '../work';
import { CI_ID, CONDITION, JOB_ID } from '../words';
import { DIGEST, EventFault } from './fields';
import { IsInstant, IsTextRecord, MatchesSchema, NestedList, Optional } from '../property-rules';

/** A valid change has arrived: the campaign begins, or begins again with a corrected change after a rejection. */
export class ChangeAccepted {
  @MatchesSchema('change') change!: Change;
  @Matches(DIGEST) changeDigest!: string;
  @IsInt() @Min(1) revision!: number;
  @IsInstant() at!: string;
}

/** No plan can be made of this change; the reasons are complete. */
export class CampaignRejected {
  @IsIn(['landscape', 'plan']) stage!: 'landscape' | 'plan';
  @IsInt() @Min(1) revision!: number;
  @ArrayMaxSize(1000) @NestedList(() => EventFault) reasons!: EventFault[];
  @IsInstant() at!: string;
}

/** The plan that this campaign will execute once it is approved. */
export class CampaignPlanned {
  @Matches(DIGEST) planDigest!: string;
  @Matches(DIGEST) landscapeDigest!: string;
  @Matches(DIGEST) policyDigest!: string;
  @IsInt() @Min(0) jobs!: number;
  @IsInt() @Min(0) servers!: number;
  @IsInstant() forecastEnd!: string;
  @IsBoolean() fits!: boolean;
  @IsInstant() at!: string;
}

/** Somebody has approved exactly this plan. */
export class CampaignApproved {
  @IsString() @MaxLength(200) by!: string;
  @Matches(DIGEST) planDigest!: string;
  /** Recorded with the change in the ITSM system, or given by an approver here. */
  @IsIn(['change', 'approver']) source!: 'change' | 'approver';
  @IsInstant() at!: string;
}

/** The campaign may dispatch jobs from here on, while its window is open. */
export class CampaignStarted {
  @IsString() @MaxLength(200) by!: string;
  @IsInstant() at!: string;
}

/** The next share of the servers may begin. */
export class WaveReleased {
  @IsString() @MaxLength(64) wave!: string;
  @IsInstant() at!: string;
}

/** A condition of the business is met, as another service has published or a person states: what waits for it may stop. */
export class ConditionMet {
  @Matches(CONDITION) condition!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  /** From then on it does not count any more. */
  @Optional() @IsInstant() until?: string;
  /** Version of the condition's own stream at which it was published; left out where a person states it here. */
  @Optional() @IsInt() @Min(1) publication?: number;
  @IsInstant() at!: string;
}

/** A condition of the business is not met any more: nothing further that waits for it is stopped. */
export class ConditionWithdrawn {
  @Matches(CONDITION) condition!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  /** Version of the condition's own stream at which it was withdrawn; left out where a person states it here. */
  @Optional() @IsInt() @Min(1) publication?: number;
  @IsInstant() at!: string;
}

/** Nothing new starts; what runs is finished. */
export class CampaignPaused {
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsInstant() at!: string;
}

/** Jobs start again. */
export class CampaignResumed {
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsInstant() at!: string;
}

/** From here on the only direction is up: nothing new is stopped, everything taken away is given back. */
export class RestoreBegan {
  @IsIn(['abort', 'window-closed']) cause!: 'abort' | 'window-closed';
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsInstant() at!: string;
}

/** A last safe moment has passed: this group's applications are not stopped any more, and brought up if they are down. */
export class ApplicationsLeftOut {
  @IsString() @MaxLength(128) group!: string;
  @IsArray() @ArrayMaxSize(10_000) @Matches(CI_ID, { each: true }) applications!: string[];
  @IsString() @MaxLength(500) reason!: string;
  @IsInstant() at!: string;
}

/** Recorded before the act that takes something away. */
export class ObligationOpened {
  @IsString() @MaxLength(200) obligation!: string;
  @IsIn(['stopped', 'muted', 'held']) kind!: 'stopped' | 'muted' | 'held';
  @Matches(CI_ID) ci!: string;
  @Matches(CI_ID) server!: string;
  @Matches(JOB_ID) job!: string;
  @Optional() @IsString() @MaxLength(200) owner?: string;
  @IsInstant() at!: string;
}

/** What was taken away is given back, or a named person answers for it. */
export class ObligationDischarged {
  @IsString() @MaxLength(200) obligation!: string;
  @Matches(JOB_ID) job!: string;
  /** verified by us, stated by a person who did it by hand, or signed for by a person who leaves it open. */
  @IsIn(['verified', 'by-hand', 'signed']) how!: 'verified' | 'by-hand' | 'signed';
  @IsString() @MaxLength(200) by!: string;
  @IsInstant() at!: string;
}

/** A scope has reached the failures it may have: no new stops in it. */
export class BudgetExhausted {
  @IsString() @MaxLength(200) scope!: string;
  @IsInt() @Min(0) failures!: number;
  @IsInt() @Min(0) limit!: number;
  @IsInstant() at!: string;
}

/** A scope has fewer failures than it may have again: stops in it may go on. */
export class BudgetRecovered {
  @IsString() @MaxLength(200) scope!: string;
  @IsInt() @Min(0) failures!: number;
  @IsInt() @Min(0) limit!: number;
  @IsInstant() at!: string;
}

/** Somebody has to look: one per job, reopened rather than duplicated. */
export class IncidentOpened {
  @IsString() @MaxLength(256) incident!: string;
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(512) jobName!: string;
  @Matches(CI_ID) ci!: string;
  @Matches(CI_ID) server!: string;
  @Optional() @IsString() @MaxLength(128) application?: string;
  @Optional() @IsString() @MaxLength(200) owner?: string;
  @IsIn(OUTCOMES.slice(1)) outcome!: Exclude<Outcome, 'succeeded'>;
  @IsString() @MaxLength(500) summary!: string;
  @IsString() @MaxLength(4000) outputTail!: string;
  /** What the host noted, e.g. the packages that could not be configured. */
  @Optional() @IsTextRecord() facts?: Record<string, string>;
  @IsInt() @Min(1) attempt!: number;
  /** How many jobs wait, directly or not, for this one. */
  @IsInt() @Min(0) waiting!: number;
  /** Minutes are not precise enough near the end: milliseconds until the window closes on this job's remaining path. */
  @IsInt() slackMs!: number;
  @IsDefined() @IsArray() @IsString({ each: true }) answers!: string[];
  @IsInstant() at!: string;
}

/** The job that somebody had to look at is well again, or is not needed any more. */
export class IncidentResolved {
  @IsString() @MaxLength(256) incident!: string;
  @Matches(JOB_ID) job!: string;
  @IsIn(['reaction', 'operator', 'restore']) how!: 'reaction' | 'operator' | 'restore';
  @IsString() @MaxLength(200) by!: string;
  @IsInstant() at!: string;
}

/** The campaign is expected to end at another moment than was told last, or fits its windows no longer, or again. */
export class ForecastChanged {
  @IsInstant() end!: string;
  @IsBoolean() fits!: boolean;
  /** Milliseconds to the end of the window; negative when it does not fit. */
  @IsInt() slackMs!: number;
  /** What was told last. */
  @IsInstant() endBefore!: string;
  /** The job whose remaining path decides the end. */
  @Optional() @Matches(JOB_ID) decidedBy?: string;
  /** In words, where it is later than planned. */
  @Optional() @IsString() @MaxLength(1000) cause?: string;
  @IsInstant() at!: string;
}

/** Nothing runs and nothing can, yet obligations are open: people are needed. */
export class CampaignNeedsHands {
  @IsArray() @ArrayMaxSize(100_000) @IsString({ each: true }) obligations!: string[];
  @IsInstant() at!: string;
}

/** The campaign is over: nothing is owed any more, or a named person has signed for it. */
export class CampaignClosed {
  @IsIn(['completed', 'aborted', 'window-closed']) outcome!: 'completed' | 'aborted' | 'window-closed';
  @IsInt() @Min(0) serversPatched!: number;
  @IsInt() @Min(0) jobsSucceeded!: number;
  @IsInt() @Min(0) jobsSkipped!: number;
  @IsInt() @Min(0) jobsUnresolved!: number;
  @IsInt() @Min(0) incidents!: number;
  @IsInstant() at!: string;
}
