import { ArrayMaxSize, IsIn, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { MAX_PACKAGES, PackageChange } from '../package-change';
import { IsInstant, IsTextRecord, NestedList, Optional } from '../property-rules';
import { OUTCOMES, type Outcome } from '../work';
import { ATTEMPT_ID, JOB_ID } from '../words';

// What becomes of one job of a campaign; these events are in the campaign's stream.

/** Recorded before the work order leaves: this attempt may reach its host from here on. */
export class JobDispatched {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @Matches(ATTEMPT_ID) attemptId!: string;
  @IsInt() @Min(0) epoch!: number;
  @IsInstant() at!: string;
}

/** An executor has begun the attempt, or has found it running. */
export class JobStarted {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsString() @MaxLength(128) executor!: string;
  @IsInstant() at!: string;
}

/** The attempt ended and its success is proven. */
export class JobSucceeded {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsString() @MaxLength(500) summary!: string;
  @Optional() @IsInt() exitCode?: number;
  @Optional() @IsString() @MaxLength(64) bootId?: string;
  @Optional() @IsTextRecord() facts?: Record<string, string>;
  @Optional() @ArrayMaxSize(MAX_PACKAGES) @NestedList(() => PackageChange) packages?: PackageChange[];
  @IsInstant() at!: string;
}

/** An attempt ended without proven success. `unknown` is what it says: it is neither success nor failure. */
export class JobFailed {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsIn(OUTCOMES.slice(1)) outcome!: Exclude<Outcome, 'succeeded'>;
  @IsString() @MaxLength(500) summary!: string;
  @Optional() @IsInt() exitCode?: number;
  @IsString() @MaxLength(4000) outputTail!: string;
  @Optional() @IsTextRecord() facts?: Record<string, string>;
  /** What had changed on the host before it failed. */
  @Optional() @ArrayMaxSize(MAX_PACKAGES) @NestedList(() => PackageChange) packages?: PackageChange[];
  @IsInstant() at!: string;
}

/** The job will be attempted again, by a rule of the policy or by an operator. */
export class JobRetryScheduled {
  @Matches(JOB_ID) job!: string;
  @IsInt() @Min(2) nextAttempt!: number;
  @IsInstant() notBefore!: string;
  @IsIn(['reaction', 'operator']) cause!: 'reaction' | 'operator';
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsInstant() at!: string;
}

/** A named person has decided that the job is not needed. */
export class JobSkipped {
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsInstant() at!: string;
}

/** Done by hand, outside Patchtide, as a named person states. */
export class JobCompleted {
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsInstant() at!: string;
}

/** A named person does the job by hand; Patchtide leaves it alone. */
export class JobTakenOver {
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsInstant() at!: string;
}

/** The person gives the job back; it will be attempted again. */
export class JobHandedBack {
  @Matches(JOB_ID) job!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
  @IsInstant() at!: string;
}
