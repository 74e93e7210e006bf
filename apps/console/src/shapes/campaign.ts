import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Fault } from './problem';

/** A campaign's status in one word that also says whether it is paused, on the way up, or how it ended. */
export const CAMPAIGN_STATUSES = [
  ...(['none', 'planning', 'rejected', 'planned', 'approved', 'running', 'needs-hands', 'closed'] as const),
  ...(['pausing', 'paused', 'restoring', 'completed', 'aborted', 'window-closed'] as const),
] as const;

const instant = { type: String, format: 'date-time' } as const;
const maybe = { type: String, nullable: true } as const;
const count = { type: 'integer' } as const;

@ApiSchema({ name: 'Window' })
export class WindowShape {
  @ApiProperty(instant) readonly start!: string;
  @ApiProperty(instant) readonly end!: string;
  @ApiProperty({ description: 'IANA name, for display' }) readonly timezone!: string;
}

@ApiSchema({ name: 'Approval' })
export class ApprovalShape {
  @ApiProperty() readonly by!: string;
  @ApiProperty(instant) readonly at!: string;
  @ApiProperty() readonly planDigest!: string;
  @ApiProperty({ enum: ['change', 'approver'] }) readonly source!: string;
}

@ApiSchema({ name: 'Pause' })
export class PauseShape {
  @ApiProperty() readonly by!: string;
  @ApiProperty() readonly reason!: string;
  @ApiProperty(instant) readonly at!: string;
}

@ApiSchema({ name: 'Restore', description: 'the way up, on which everything is given back' })
export class RestoreShape extends PauseShape {
  @ApiProperty({ enum: ['abort', 'window-closed'] }) readonly cause!: string;
}

@ApiSchema({ name: 'Closing' })
export class ClosingShape {
  @ApiProperty({ enum: ['completed', 'aborted', 'window-closed'] }) readonly outcome!: string;
  @ApiProperty(count) readonly serversPatched!: number;
  @ApiProperty(instant) readonly at!: string;
}

@ApiSchema({ name: 'LiveForecast' })
export class LiveForecastShape {
  @ApiProperty({ ...instant, description: 'expected end of the campaign as it goes now' })
  readonly end!: string;
  @ApiProperty(instant) readonly windowEnd!: string;
  @ApiProperty({ ...count, description: 'milliseconds; negative when it does not fit' })
  readonly slackMs!: number;
  @ApiProperty() readonly fits!: boolean;
  @ApiProperty({ ...maybe, description: 'the job whose remaining path decides the end' })
  readonly decidedBy!: string | null;
  @ApiProperty({ ...count, description: 'milliseconds later than planned; negative: earlier' })
  readonly slipMs!: number;
  @ApiProperty({ ...maybe, description: 'in words, why it ends later than planned' })
  readonly cause!: string | null;
}

@ApiSchema({
  name: 'LiveApplication',
  description: 'an application that still has something to be done to it',
})
export class LiveApplicationShape {
  @ApiProperty() readonly application!: string;
  @ApiProperty({ description: 'whether its first stop has begun' }) readonly isBegun!: boolean;
  @ApiProperty({ ...instant, description: 'when all of it is expected to serve again' })
  readonly upAt!: string;
  @ApiProperty({
    ...{ ...instant, nullable: true },
    description: 'latest moment to begin its first stop, as things are now; null when it has begun',
  })
  readonly lastSafeMoment!: string | null;
  @ApiProperty({ ...count, description: 'milliseconds from its return to the end of its window' })
  readonly slackMs!: number;
}

@ApiSchema({ name: 'LiveForecastInFull' })
export class LiveForecastInFullShape extends LiveForecastShape {
  @ApiProperty({ type: () => [LiveApplicationShape] })
  readonly applications!: readonly LiveApplicationShape[];
}

/** A campaign as the API shows it. */
@ApiSchema({ name: 'Campaign' })
export class CampaignShape {
  @ApiProperty({ description: 'the id of its change' }) readonly id!: string;
  @ApiProperty() readonly title!: string;
  @ApiProperty({ enum: CAMPAIGN_STATUSES }) readonly status!: string;
  @ApiProperty({ ...count, description: 'grows with every corrected change' }) readonly revision!: number;
  @ApiProperty(maybe) readonly requestedBy!: string | null;
  @ApiProperty(maybe) readonly policy!: string | null;
  @ApiProperty({ type: () => WindowShape, nullable: true }) readonly window!: WindowShape | null;
  @ApiProperty({ type: () => [ApprovalShape] }) readonly approvals!: readonly ApprovalShape[];
  @ApiProperty({ ...instant, nullable: true }) readonly startedAt!: string | null;
  @ApiProperty({ type: () => PauseShape, nullable: true }) readonly paused!: PauseShape | null;
  @ApiProperty({ type: () => RestoreShape, nullable: true }) readonly restore!: RestoreShape | null;
  @ApiProperty({ type: () => ClosingShape, nullable: true }) readonly closed!: ClosingShape | null;
  @ApiProperty({ type: () => [Fault], description: 'why there is no plan' })
  readonly reasons!: readonly Fault[];
  @ApiProperty(maybe) readonly planDigest!: string | null;
  @ApiProperty(maybe) readonly landscapeDigest!: string | null;
  @ApiProperty(maybe) readonly policyDigest!: string | null;
  @ApiProperty(count) readonly servers!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'how many by status',
  })
  readonly jobs!: Readonly<Record<string, number>>;
  @ApiProperty(count) readonly openObligations!: number;
  @ApiProperty(count) readonly openIncidents!: number;
  @ApiProperty({ type: [String], description: 'scopes that begin nothing new' })
  readonly exhaustedBudgets!: readonly string[];
  @ApiProperty({
    type: [String],
    description: 'why the next wave or jobs that wait for a condition may not begin',
  })
  readonly closedGates!: readonly string[];
  @ApiProperty({ type: () => LiveForecastShape, nullable: true })
  readonly forecast!: LiveForecastShape | null;
  @ApiProperty({ ...count, description: 'version of its stream that this state stands at' })
  readonly version!: number;
  @ApiProperty({ type: String, description: 'moment of its last event; empty before the first' })
  readonly lastEventAt!: string;
}
