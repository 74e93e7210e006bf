import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { ACTIONS, type Action, ATTEMPT_ID, CAMPAIGN_ID, CI_ID } from './words';
import { MAX_PACKAGES, PackageChange } from './package-change';
import { IsInstant, IsTextRecord, Nested, NestedList, Optional } from './property-rules';

/** Where a host job is carried out. The host key is not here: executors hold their own pinned keys. */
export class WorkTarget {
  @Matches(CI_ID) server!: string;
  @IsString() @MinLength(1) @MaxLength(253) address!: string;
  @IsInt() @Min(1) @Max(65535) port!: number;
  @IsString() @MaxLength(64) os!: string;
}

/** One step of an attempt: an argument list, never a shell line. `until` repeats each second until exit 0. */
export class WorkStep {
  @IsIn(['do', 'until']) mode!: 'do' | 'until';
  @IsInt() @Min(1) timeoutMs!: number;
  @IsArray() @ArrayMinSize(1) @IsString({ each: true }) argv!: string[];
}

/** A monitor to mute or a batch job to hold, with the foreign system's own reference. */
export class WorkSubject {
  @Matches(CI_ID) id!: string;
  @IsString() @MaxLength(64) system!: string;
  @IsObject() ref!: Record<string, unknown>;
}

/**
 * One attempt of one job, as an executor receives it on `patchtide.work.<executor>.<zone>`.
 * The attempt id was recorded in the campaign before this was sent; receiving it twice must execute it once.
 */
export class WorkOrder {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @IsString() @MinLength(1) @MaxLength(160) job!: string;
  @IsString() @MinLength(1) @MaxLength(512) jobName!: string;
  @Matches(ATTEMPT_ID) attemptId!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsIn(ACTIONS) action!: Action;
  /** Fencing number of the campaign's lease: a host refuses an attempt with a lower one than it has seen. */
  @IsInt() @Min(0) epoch!: number;
  /** 1 the first time it is sent. Of a later copy, somebody may have had an earlier one and begun the attempt. */
  @IsInt() @Min(1) copy!: number;
  @IsInt() @Min(1) timeoutMs!: number;
  /** After this moment mutes and holds must not be prolonged any more. */
  @IsInstant() windowEnd!: string;
  /**
   * After this moment nobody begins the attempt any more: soon it may be given up, and another may take its place. One
   * that was begun before is followed and reported at any time, so a late executor looks first.
   */
  @IsInstant() notAfter!: string;
  @Optional() @Nested(() => WorkTarget) target?: WorkTarget;
  @NestedList(() => WorkStep) steps!: WorkStep[];
  @NestedList(() => WorkSubject) subjects!: WorkSubject[];
}

/**
 * How long after `notAfter` an attempt may still begin, as seen by somebody else's clock: 60 s by which the clocks of the
 * control and of executors may differ, and 30 s for what was sent to a host just in time. Whoever is to believe that an
 * attempt has not begun waits until this much later.
 */
export const BEGIN_MARGIN_MS = 90_000;

/** `unreachable` and `not-begun` say that nothing was started; after `not-begun` nothing will be either. */
export const OUTCOMES = ['succeeded', 'failed', 'timed-out', 'unknown', 'unreachable', 'not-begun'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The executor has begun (or re-attached to) an attempt. */
export class AttemptStarted {
  @IsIn(['started']) kind!: 'started';
  @Matches(CAMPAIGN_ID) campaign!: string;
  @Matches(ATTEMPT_ID) attemptId!: string;
  @IsString() @MaxLength(160) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsString() @MaxLength(128) executor!: string;
  @IsInstant() at!: string;
}

/** A sign of life while an attempt runs, every few seconds. Not stored as an event. */
export class AttemptAlive {
  @IsIn(['alive']) kind!: 'alive';
  @Matches(CAMPAIGN_ID) campaign!: string;
  @Matches(ATTEMPT_ID) attemptId!: string;
  @IsString() @MaxLength(160) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsString() @MaxLength(128) executor!: string;
  @IsInstant() at!: string;
}

/** How an attempt ended, as seen from outside. `unknown` is never success; an exit code may be missing. */
export class AttemptFinished {
  @IsIn(['finished']) kind!: 'finished';
  @Matches(CAMPAIGN_ID) campaign!: string;
  @Matches(ATTEMPT_ID) attemptId!: string;
  @IsString() @MaxLength(160) job!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsString() @MaxLength(128) executor!: string;
  @IsInstant() at!: string;
  @IsIn(OUTCOMES) outcome!: Outcome;
  @Optional() @IsInt() exitCode?: number;
  /** One plain sentence for the operator, with the next step when something went wrong. */
  @IsString() @MaxLength(500) summary!: string;
  /** The last output, at most 4,000 characters. */
  @IsString() @MaxLength(4000) outputTail!: string;
  @Optional() @IsString() @MaxLength(64) bootId?: string;
  /** Typed extras of an action, e.g. `{ rebooted: "true" }`, the id of a silence, or what the host noted. */
  @Optional() @IsTextRecord() facts?: Record<string, string>;
  /** What the host says has changed, also when the attempt failed after it. */
  @Optional() @ArrayMaxSize(MAX_PACKAGES) @NestedList(() => PackageChange) packages?: PackageChange[];
}

export type Report = AttemptStarted | AttemptAlive | AttemptFinished;
