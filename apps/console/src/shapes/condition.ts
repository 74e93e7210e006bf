import { ApiProperty, ApiSchema } from '@nestjs/swagger';

const maybe = { type: String, nullable: true } as const;
const instant = { type: String, format: 'date-time', nullable: true } as const;

/** A condition of the business that jobs of a campaign wait for. */
@ApiSchema({ name: 'Condition' })
export class ConditionShape {
  @ApiProperty({ description: 'as the gates of the policy name it' }) readonly name!: string;
  @ApiProperty({ description: 'whether it holds at this moment' }) readonly met!: boolean;
  @ApiProperty({ ...instant, description: 'until when it holds; null: until it is withdrawn' })
  readonly until!: string | null;
  @ApiProperty({ ...maybe, description: 'who spoke last; null where nobody has' }) readonly by!:
    string | null;
  @ApiProperty() readonly reason!: string;
  @ApiProperty(instant) readonly at!: string | null;
  @ApiProperty({ type: 'integer', description: 'jobs that wait for it and have not begun' })
  readonly waiting!: number;
}
