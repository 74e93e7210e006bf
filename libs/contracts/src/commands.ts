import { IsIn, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import type { Change } from './change';
import { DIGEST } from './events/fields';
import { CAMPAIGN_ID, CONDITION, JOB_ID } from './words';
import { IsInstant, MatchesSchema, Nested, Optional } from './property-rules';

/** Who wishes something and why; the actor is set by the service that authenticated it. */
export class Actor {
  @IsString() @MinLength(1) @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) reason!: string;
}

/** A change submitted by hand, with the same rules as one that arrives on the bus. */
export class SubmitChange {
  @MatchesSchema('change') change!: Change;
}

/** A person approves a plan. Only the plan with this digest is approved. */
export class ApproveCampaign {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @Nested(() => Actor) actor!: Actor;
  /** What is being approved; refused when the plan is another one by now. */
  @Matches(DIGEST) planDigest!: string;
}

const CAMPAIGN_VERBS = ['start', 'pause', 'resume', 'abort'] as const;
export type CampaignVerb = (typeof CAMPAIGN_VERBS)[number];

/** A person starts, pauses, resumes or aborts a campaign. */
export class ControlCampaign {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @IsIn(CAMPAIGN_VERBS) verb!: CampaignVerb;
  @Nested(() => Actor) actor!: Actor;
}

const JOB_VERBS = ['retry', 'skip', 'complete', 'take-over', 'hand-back'] as const;
export type JobVerb = (typeof JOB_VERBS)[number];

/** A person answers for one job: try again, skip, done by hand, take over, hand back. */
export class ControlJob {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @Matches(JOB_ID) job!: string;
  @IsIn(JOB_VERBS) verb!: JobVerb;
  @Nested(() => Actor) actor!: Actor;
}

const CONDITION_VERBS = ['publish', 'withdraw'] as const;
export type ConditionVerb = (typeof CONDITION_VERBS)[number];

/** A person states for one campaign that a condition of the business is met, or that it is not met any more. */
export class ControlCondition {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @Matches(CONDITION) condition!: string;
  @IsIn(CONDITION_VERBS) verb!: ConditionVerb;
  /** From then on it does not count any more; only with publish. */
  @Optional() @IsInstant() until?: string;
  @Nested(() => Actor) actor!: Actor;
}

/** A landscape that was stored as a document is to become the CMDB's present state. */
export class ImportLandscape {
  @Matches(DIGEST) landscapeDigest!: string;
  @IsString() @MaxLength(500) source!: string;
  @Nested(() => Actor) actor!: Actor;
  @Optional() @IsString() @MaxLength(64) requestId?: string;
}
