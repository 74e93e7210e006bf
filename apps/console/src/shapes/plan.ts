import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ACTIONS, type Plan } from '@patchtide/contracts';
import { LiveForecastInFullShape, WindowShape } from './campaign';

const instant = { type: String, format: 'date-time' } as const;
const maybe = { type: String, nullable: true } as const;
const milliseconds = { type: 'integer', description: 'milliseconds' } as const;
const anyObject = { type: 'object', additionalProperties: true } as const;

@ApiSchema({ name: 'ApplicationForecast' })
export class ApplicationForecastShape {
  @ApiProperty() readonly application!: string;
  @ApiProperty(instant) readonly downFrom!: string;
  @ApiProperty(instant) readonly upAt!: string;
  @ApiProperty(milliseconds) readonly downtimeMs!: number;
  @ApiProperty({ ...instant, description: 'latest moment at which its first stop may begin' })
  readonly lastSafeMoment!: string;
  @ApiProperty({ ...milliseconds, description: 'from its planned first stop to its last safe moment' })
  readonly slackMs!: number;
}

/** Ends of many simulated nights. */
@ApiSchema({ name: 'Spread' })
export class SpreadShape {
  @ApiProperty({ type: 'integer' }) readonly runs!: number;
  @ApiProperty(instant) readonly p50End!: string;
  @ApiProperty(instant) readonly p90End!: string;
  @ApiProperty(instant) readonly p99End!: string;
  @ApiProperty({ description: 'share of the nights that ended inside the windows, 0 to 1' })
  readonly inWindow!: number;
}

@ApiSchema({ name: 'PlanForecast' })
export class PlanForecastShape {
  @ApiProperty(instant) readonly start!: string;
  @ApiProperty(instant) readonly end!: string;
  @ApiProperty(milliseconds) readonly durationMs!: number;
  @ApiProperty() readonly fits!: boolean;
  @ApiProperty(milliseconds) readonly slackMs!: number;
  @ApiProperty({ type: [String] }) readonly criticalPath!: readonly string[];
  @ApiProperty(milliseconds) readonly criticalPathMs!: number;
  @ApiProperty(milliseconds) readonly lowerBoundMs!: number;
  @ApiProperty() readonly boundBy!: string;
  @ApiProperty({ type: () => SpreadShape }) readonly spread!: SpreadShape;
  @ApiProperty({ type: () => [ApplicationForecastShape] })
  readonly applications!: readonly ApplicationForecastShape[];
}

@ApiSchema({ name: 'Forecast' })
export class ForecastShape {
  @ApiProperty({ type: () => PlanForecastShape, description: 'when the plan was made' })
  readonly planned!: PlanForecastShape;
  @ApiProperty({ type: () => LiveForecastInFullShape }) readonly live!: LiveForecastInFullShape;
}

@ApiSchema({ name: 'PlanJob' })
export class PlanJobShape {
  @ApiProperty() readonly id!: string;
  @ApiProperty() readonly name!: string;
  @ApiProperty({ enum: ACTIONS }) readonly action!: string;
  @ApiProperty() readonly ci!: string;
  @ApiProperty() readonly server!: string;
  @ApiProperty(maybe) readonly application!: string | null;
  @ApiProperty({ type: [String] }) readonly applications!: readonly string[];
  @ApiProperty(maybe) readonly tier!: string | null;
  @ApiProperty(maybe) readonly kind!: string | null;
  @ApiProperty(maybe) readonly cluster!: string | null;
  @ApiProperty(maybe) readonly owner!: string | null;
  @ApiProperty({ enum: ['host', 'suppression', 'person'] }) readonly executor!: string;
  @ApiProperty({ type: [String] }) readonly dependsOn!: readonly string[];
  @ApiProperty() readonly wave!: string;
  @ApiProperty({ type: 'integer', description: "position in the plan's windows" }) readonly window!: number;
  @ApiProperty({ type: [String], description: 'conditions that must have been published' })
  readonly gates!: readonly string[];
  @ApiProperty({ ...maybe, description: 'what a person does' }) readonly instructions!: string | null;
  @ApiProperty({ description: 'the servers that relations tie together' }) readonly group!: string;
  @ApiProperty(milliseconds) readonly estimateMs!: number;
  @ApiProperty({ ...anyObject, description: 'where the estimate comes from' }) readonly estimateFrom!: object;
  @ApiProperty(milliseconds) readonly timeoutMs!: number;
  @ApiProperty({ type: 'integer', description: 'place in the order in which jobs deserve to start, 0 first' })
  readonly priority!: number;
  @ApiProperty(instant) readonly estimatedStart!: string;
  @ApiProperty(instant) readonly estimatedEnd!: string;
  @ApiProperty({ type: 'array', items: anyObject, description: 'what runs on the host' })
  readonly steps!: readonly object[];
  @ApiProperty({ type: 'array', items: anyObject, description: 'what is muted or held' })
  readonly subjects!: readonly object[];
}

@ApiSchema({ name: 'Exclusion' })
export class ExclusionShape {
  @ApiProperty() readonly ci!: string;
  @ApiProperty() readonly reason!: string;
}

/** The jobs of a campaign and everything that governs their run. */
@ApiSchema({ name: 'Plan' })
export class PlanShape {
  @ApiProperty() readonly digest!: string;
  @ApiProperty() readonly change!: string;
  @ApiProperty() readonly landscapeDigest!: string;
  @ApiProperty() readonly policy!: string;
  @ApiProperty() readonly policyDigest!: string;
  @ApiProperty(instant) readonly at!: string;
  @ApiProperty({ type: () => WindowShape }) readonly window!: WindowShape;
  @ApiProperty({ type: () => [WindowShape] }) readonly windows!: readonly WindowShape[];
  @ApiProperty({ type: 'array', items: anyObject, description: 'times in which nothing may start' })
  readonly freezes!: readonly object[];
  @ApiProperty({ ...maybe, description: 'digest of the durations of past campaigns' })
  readonly historyDigest!: string | null;
  @ApiProperty(anyObject) readonly servers!: object;
  @ApiProperty({ type: 'array', items: anyObject }) readonly waves!: readonly object[];
  @ApiProperty(anyObject) readonly limits!: object;
  @ApiProperty(anyObject) readonly budgets!: object;
  @ApiProperty({ type: 'array', items: anyObject }) readonly reactions!: readonly object[];
  @ApiProperty({ type: () => [PlanJobShape] }) readonly jobs!: readonly PlanJobShape[];
  @ApiProperty({ type: () => [ExclusionShape] }) readonly exclusions!: readonly ExclusionShape[];
  @ApiProperty({ type: [String], description: 'what the reader of the plan must know' })
  readonly notes!: readonly string[];
  @ApiProperty({ type: 'array', items: anyObject, description: 'where it is not as the standard has it' })
  readonly deviations!: readonly object[];
  @ApiProperty({ ...anyObject, description: 'whether it fits, and what would make it fit' })
  readonly admission!: object;
  @ApiProperty({ type: () => PlanForecastShape }) readonly forecast!: PlanForecastShape;
}

/** A plan is answered with as it is stored; the compiler holds the description against it. */
export function planShape(plan: Plan): PlanShape {
  return plan;
}
