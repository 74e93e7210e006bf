import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ACTIONS, OUTCOMES } from '@patchtide/contracts';
import type { JobStatus } from '@patchtide/domain';
import { PackageChangeShape } from './package-change';

export const JOB_STATUSES = [
  ...(['waiting', 'dispatched', 'running', 'succeeded', 'failed', 'unknown'] as const),
  ...(['skipped', 'completed', 'taken-over'] as const),
] as const satisfies readonly JobStatus[];

const maybe = { type: String, nullable: true } as const;
const instant = { type: String, format: 'date-time' } as const;

/** One job as the API shows it: what it is, how it stands, and why it waits. */
@ApiSchema({ name: 'Job' })
export class JobShape {
  @ApiProperty({ description: '<action>-<ci id>' }) readonly id!: string;
  @ApiProperty({ description: '<ACTION>_<TIER or KIND>_<ci name>' }) readonly name!: string;
  @ApiProperty({ enum: ACTIONS }) readonly action!: string;
  @ApiProperty() readonly ci!: string;
  @ApiProperty() readonly server!: string;
  @ApiProperty(maybe) readonly application!: string | null;
  @ApiProperty(maybe) readonly tier!: string | null;
  @ApiProperty() readonly wave!: string;
  @ApiProperty(maybe) readonly owner!: string | null;
  @ApiProperty({ enum: JOB_STATUSES }) readonly status!: JobStatus;
  @ApiProperty({ type: 'integer', description: '0 before the first' }) readonly attempt!: number;
  @ApiProperty({ ...instant, description: 'since when it has this status' }) readonly since!: string;
  @ApiProperty(maybe) readonly executor!: string | null;
  @ApiProperty({ ...maybe, enum: [...OUTCOMES.slice(1), null] })
  readonly outcome!: string | null;
  @ApiProperty({ type: 'integer', nullable: true }) readonly exitCode!: number | null;
  @ApiProperty() readonly summary!: string;
  @ApiProperty() readonly outputTail!: string;
  @ApiProperty({ ...maybe, description: 'why it has not begun' }) readonly waitingBecause!: string | null;
  @ApiProperty({ type: [String], description: 'verbs that it may be answered with' })
  readonly answers!: readonly string[];
  @ApiProperty({ type: [String] }) readonly dependsOn!: readonly string[];
  @ApiProperty(instant) readonly estimatedStart!: string;
  @ApiProperty(instant) readonly estimatedEnd!: string;
}

/** One job with what the host stated at the end of its last attempt; while an attempt is under way, nothing. */
@ApiSchema({ name: 'JobDetail' })
export class JobDetailShape extends JobShape {
  @ApiProperty({ type: () => [PackageChangeShape], description: 'what the attempt changed, by name' })
  readonly packages!: readonly PackageChangeShape[];
  @ApiProperty({
    ...{ type: 'object', additionalProperties: { type: 'string' } },
    description: 'what the host noted about the attempt, by name',
  })
  readonly facts!: Readonly<Record<string, string>>;
}

@ApiSchema({ name: 'Discharge' })
export class DischargeShape {
  @ApiProperty({ enum: ['verified', 'by-hand', 'signed'] }) readonly how!: string;
  @ApiProperty() readonly by!: string;
  @ApiProperty(instant) readonly at!: string;
}

/** Something that the campaign took away and owes back. */
@ApiSchema({ name: 'Obligation' })
export class ObligationShape {
  @ApiProperty() readonly id!: string;
  @ApiProperty({ enum: ['stopped', 'muted', 'held'] }) readonly kind!: string;
  @ApiProperty() readonly ci!: string;
  @ApiProperty() readonly server!: string;
  @ApiProperty(maybe) readonly owner!: string | null;
  @ApiProperty(instant) readonly openedAt!: string;
  @ApiProperty() readonly open!: boolean;
  @ApiProperty({ type: () => DischargeShape, nullable: true }) readonly discharged!: DischargeShape | null;
}
