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
import { CAMPAIGN_ID, CI_ID } from '../words';
import { DIGEST, EventFault } from './fields';

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
  @IsISO8601() at!: string;
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
  @IsDefined() @ValidateNested() @Type(() => Drift) drift!: Drift;
  @IsISO8601() at!: string;
}

export class LandscapeRejected {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @IsInt() @Min(1) revision!: number;
  @IsArray()
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => EventFault)
  faults!: EventFault[];
  @IsISO8601() at!: string;
}

export class PlanGenerated {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @IsInt() @Min(1) revision!: number;
  @Matches(DIGEST) planDigest!: string;
  @Matches(DIGEST) landscapeDigest!: string;
  @Matches(DIGEST) policyDigest!: string;
  @IsInt() @Min(0) jobs!: number;
  @IsInt() @Min(0) servers!: number;
  @IsISO8601() forecastEnd!: string;
  @IsBoolean() fits!: boolean;
  @IsISO8601() at!: string;
}

export class PlanRejected {
  @Matches(CAMPAIGN_ID) campaign!: string;
  @IsInt() @Min(1) revision!: number;
  @IsArray()
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => EventFault)
  faults!: EventFault[];
  @IsISO8601() at!: string;
}

/** A mute or hold is about to be taken in a foreign system; recorded before the first call. */
export class SuppressionIntended {
  @IsIn(['mute', 'hold']) kind!: 'mute' | 'hold';
  @Matches(CI_ID) ci!: string;
  @Matches(CI_ID) subject!: string;
  @IsString() @MaxLength(64) system!: string;
  @IsObject() ref!: Record<string, unknown>;
  /** The server on which a hold is placed, as the executor needs it to find the host again. */
  @IsOptional() @IsObject() target?: Record<string, string | number>;
  @IsISO8601() windowEnd!: string;
  @IsISO8601() at!: string;
}

/** A foreign system has confirmed a mute or hold, as a lease that ends by itself. */
export class SuppressionTaken {
  @IsIn(['mute', 'hold']) kind!: 'mute' | 'hold';
  @Matches(CI_ID) subject!: string;
  @IsString() @MaxLength(200) foreignId!: string;
  /** The state before, to which a release returns. */
  @IsOptional() @IsObject() prior?: Record<string, string>;
  @IsISO8601() endsAt!: string;
  @IsISO8601() at!: string;
}

export class SuppressionLifted {
  @IsIn(['mute', 'hold']) kind!: 'mute' | 'hold';
  @Matches(CI_ID) subject!: string;
  @IsISO8601() at!: string;
}

/** An incident that belongs to no job, such as a change that could not be accepted. */
export class IncidentReported {
  @IsString() @MaxLength(256) incident!: string;
  @IsIn(['invalid-change']) kind!: 'invalid-change';
  @IsString() @MaxLength(500) summary!: string;
  @IsArray()
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => EventFault)
  faults!: EventFault[];
  @IsISO8601() at!: string;
}

export class IncidentAcknowledged {
  @IsString() @MaxLength(256) incident!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) note!: string;
  @IsISO8601() at!: string;
}

export class IncidentClosed {
  @IsString() @MaxLength(256) incident!: string;
  @IsString() @MaxLength(200) by!: string;
  @IsString() @MaxLength(500) note!: string;
  @IsISO8601() at!: string;
}
