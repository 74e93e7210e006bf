import { IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { IsInstant, Optional } from './property-rules';
import { CAMPAIGN_ID, CONDITION } from './words';

/** What another service says about a condition of the business: the data of `condition.met` and `condition.withdrawn`. */
export class PublishedCondition {
  /** As the gates of policies name it, for example month-end-closed. */
  @Matches(CONDITION) name!: string;
  /** Only for this campaign; left out: for every one, also for those that begin later. */
  @Optional() @Matches(CAMPAIGN_ID) campaign?: string;
  /** From then on it does not count any more. Not for a withdrawal. */
  @Optional() @IsInstant() until?: string;
  /** Who answers for it; left out: the source of the event. */
  @Optional() @IsString() @MinLength(1) @MaxLength(200) by?: string;
}
