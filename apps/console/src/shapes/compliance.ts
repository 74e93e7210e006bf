import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type {
  ComplianceReport,
  ComplianceTotals,
  PatchResult,
  RebootRecord,
  RebootResult,
  ServerCompliance,
} from '@patchtide/domain';
import { WindowShape } from './campaign';
import { PackageChangeShape } from './package-change';

const PATCH_RESULTS: readonly PatchResult[] = [
  ...(['patched', 'by-hand', 'failed', 'unknown'] as const),
  ...(['skipped', 'left-out', 'excluded', 'pending'] as const),
];
const REBOOT_RESULTS: readonly RebootResult[] = [
  ...(['rebooted', 'not-needed', 'by-hand', 'failed', 'unknown'] as const),
  ...(['skipped', 'left-out', 'pending', 'not-planned'] as const),
];

const maybe = { type: String, nullable: true } as const;
const instant = { type: String, format: 'date-time' } as const;
const maybeInstant = { ...instant, nullable: true } as const;

@ApiSchema({ name: 'RebootRecord' })
export class RebootShape implements RebootRecord {
  @ApiProperty({ enum: REBOOT_RESULTS }) readonly result!: RebootResult;
  @ApiProperty(maybeInstant) readonly at!: string | null;
  @ApiProperty(maybe) readonly by!: string | null;
  @ApiProperty() readonly reason!: string;
  @ApiProperty({ ...maybe, description: 'why the host needs one, in its own words' })
  readonly neededFor!: string | null;
  @ApiProperty({ description: 'needed, and neither proven nor stated' }) readonly isDue!: boolean;
  @ApiProperty(maybe) readonly bootIdBefore!: string | null;
  @ApiProperty(maybe) readonly bootIdAfter!: string | null;
}

@ApiSchema({ name: 'ServerCompliance' })
export class ServerComplianceShape implements ServerCompliance {
  @ApiProperty() readonly server!: string;
  @ApiProperty() readonly name!: string;
  @ApiProperty(maybe) readonly os!: string | null;
  @ApiProperty(maybe) readonly owner!: string | null;
  @ApiProperty({ type: [String] }) readonly applications!: readonly string[];
  @ApiProperty({ enum: PATCH_RESULTS }) readonly result!: PatchResult;
  @ApiProperty(maybeInstant) readonly at!: string | null;
  @ApiProperty({ ...maybe, description: 'the person who decided' }) readonly by!: string | null;
  @ApiProperty() readonly reason!: string;
  @ApiProperty({ type: () => RebootShape }) readonly reboot!: RebootShape;
  @ApiProperty({ type: () => [PackageChangeShape] }) readonly packages!: readonly PackageChangeShape[];
  @ApiProperty({
    ...{ type: 'object', additionalProperties: { type: 'string' } },
    description: 'what the host noted, by name',
  })
  readonly notes!: Readonly<Record<string, string>>;
  @ApiProperty({ description: 'patched, and no reboot is due' }) readonly isCompliant!: boolean;
}

@ApiSchema({ name: 'GivenApproval' })
export class GivenApprovalShape {
  @ApiProperty() readonly by!: string;
  @ApiProperty(instant) readonly at!: string;
}

/** What a campaign did for the servers in its scope. */
@ApiSchema({ name: 'ComplianceReport' })
export class ComplianceShape implements ComplianceReport {
  @ApiProperty() readonly campaign!: string;
  @ApiProperty() readonly title!: string;
  @ApiProperty() readonly requestedBy!: string;
  @ApiProperty({ type: () => [GivenApprovalShape] }) readonly approvals!: readonly GivenApprovalShape[];
  @ApiProperty() readonly policy!: string;
  @ApiProperty() readonly policyDigest!: string;
  @ApiProperty() readonly landscapeDigest!: string;
  @ApiProperty() readonly planDigest!: string;
  @ApiProperty({ type: () => WindowShape }) readonly window!: WindowShape;
  @ApiProperty(maybeInstant) readonly startedAt!: string | null;
  @ApiProperty(maybeInstant) readonly closedAt!: string | null;
  @ApiProperty({ ...maybe, enum: ['completed', 'aborted', 'window-closed', null] })
  readonly outcome!: ComplianceReport['outcome'];
  @ApiProperty({ ...instant, description: 'moment of the last event that it rests on' })
  readonly asOf!: string;
  @ApiProperty({
    ...{ type: 'object', additionalProperties: { type: 'integer' } },
    description: `servers, and how many are ${PATCH_RESULTS.join(', ')}; compliant, rebooted, rebootsDue, packageChanges, packages`,
  })
  readonly totals!: ComplianceTotals;
  @ApiProperty({ type: () => [ServerComplianceShape], description: 'in the order of their ids' })
  readonly servers!: readonly ServerComplianceShape[];
}
