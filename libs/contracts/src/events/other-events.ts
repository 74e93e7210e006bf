import {
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  Min,
} from 'class-validator';
import { CAMPAIGN_ID, CI_ID, CONDITION } from '../words';
import { DIGEST, EventFault } from './fields';
import { IsInstant, IsTextRecord, Nested, NestedList, Optional } from '../property-rules';

/** What differs from the landscape captured last, in CIs. */
export class Drift {
  @IsInt() @Min(0) added!: number;
  @IsInt() @Min(0) removed!: number;
  @IsInt() @Min(0) changed!: number;
}

/** A landscape was handed in as the CMDB's present state. */
export class LandscapeImported {
  @Matches(DIGEST) landscapeDigest!: string;
  @IsString() @MaxLength(500) source!: string;
  @IsInt() @Min(0) servers!: number;
  @IsInt() @Min(0) components!: number;
  @IsString() @MaxLength(200) by!: string;
  @IsInstant() at!: string;
}

/** The landscape of a campaign, frozen. */
export class LandscapeCaptured {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @IsInt() @Min(1) revision!: number;
  @Matches(DIGEST) landscapeDigest!: string;
  @IsString() @MaxLength(500) source!: string;
  @IsInt() @Min(0) servers!: number;
  @IsInt() @Min(0) components!: number;
  @IsInt() @Min(0) applications!: number;
  @Nested(() => Drift) drift!: Drift;
  @IsInstant() at!: string;
}

/** No landscape can be captured for this campaign; the faults are complete. */
export class LandscapeRejected {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @IsInt() @Min(1) revision!: number;
  @ArrayMaxSize(1000) @NestedList(() => EventFault) faults!: EventFault[];
  @IsInstant() at!: string;
}

/** A plan was built for the campaign and stored under its digest. */
export class PlanGenerated {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @IsInt() @Min(1) revision!: number;
  @Matches(DIGEST) planDigest!: string;
  @Matches(DIGEST) landscapeDigest!: string;
  @Matches(DIGEST) policyDigest!: string;
  @IsInt() @Min(0) jobs!: number;
  @IsInt() @Min(0) servers!: number;
  @IsInstant() forecastEnd!: string;
  @IsBoolean() fits!: boolean;
  @IsInstant() at!: string;
}

/** No plan can be built for the campaign; the faults are complete. */
export class PlanRejected {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @IsInt() @Min(1) revision!: number;
  @ArrayMaxSize(1000) @NestedList(() => EventFault) faults!: EventFault[];
  @IsInstant() at!: string;
}

/** A mute or hold is about to be taken in a foreign system; recorded before the first call. */
export class SuppressionIntended {
  @IsIn(['mute', 'hold']) kind!: 'mute' | 'hold';
  @Matches(CI_ID) ci!: string;
  @Matches(CI_ID) subject!: string;
  @IsString() @MaxLength(64) system!: string;
  @IsObject() ref!: Record<string, unknown>;
  /** The server on which a hold is placed, as the executor needs it to find the host again. */
  @Optional() @IsObject() target?: Record<string, string | number>;
  @IsInstant() windowEnd!: string;
  @IsInstant() at!: string;
}

/** A foreign system has confirmed a mute or hold, as a lease that ends by itself. */
export class SuppressionTaken {
  @IsIn(['mute', 'hold']) kind!: 'mute' | 'hold';
  @Matches(CI_ID) subject!: string;
  @IsString() @MaxLength(200) foreignId!: string;
  /** The state before, to which a release returns. */
  @Optional() @IsTextRecord() prior?: Record<string, string>;
  @IsInstant() endsAt!: string;
  @IsInstant() at!: string;
}

/** A mute or hold has been given back. */
export class SuppressionLifted {
  @IsIn(['mute', 'hold']) kind!: 'mute' | 'hold';
  @Matches(CI_ID) subject!: string;
  @IsInstant() at!: string;
}

/** Another service says that a condition of the business is met, or that it is not met any more. */
export class ConditionReported {
  @Matches(CONDITION) condition!: string;
  @IsBoolean() met!: boolean;
  /** Only for this campaign; left out: for every one. */
  @Optional() @Matches(CAMPAIGN_ID) campaign?: string;
  /** From then on it does not count any more. */
  @Optional() @IsInstant() until?: string;
  @IsString() @MaxLength(200) by!: string;
  /** Source and id of the event that said so. */
  @IsString() @MaxLength(1000) source!: string;
  @IsString() @MaxLength(1000) eventId!: string;
  @IsInstant() at!: string;
}

const REPORTED_KINDS = ['invalid-change', 'invalid-condition', 'dead-letter'] as const;

/** An incident that belongs to no job, such as a change that could not be accepted. */
export class IncidentReported {
  @IsString() @MaxLength(256) incident!: string;
  @IsIn(REPORTED_KINDS) kind!: (typeof REPORTED_KINDS)[number];
  @IsString() @MaxLength(500) summary!: string;
  @ArrayMaxSize(1000) @NestedList(() => EventFault) faults!: EventFault[];
  @IsInstant() at!: string;
}

/** Somebody has seen the incident and looks after it. */
export class IncidentAcknowledged {
  @IsString() @MaxLength(256) incident!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) note!: string;
  @IsInstant() at!: string;
}

/** An incident that belongs to no job is dealt with. */
export class IncidentClosed {
  @IsString() @MaxLength(256) incident!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) note!: string;
  @IsInstant() at!: string;
}
