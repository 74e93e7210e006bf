import { ApiProperty, ApiSchema } from '@nestjs/swagger';

const maybe = { type: String, nullable: true } as const;

@ApiSchema({ name: 'PackageChange' })
export class PackageChangeShape {
  @ApiProperty() readonly name!: string;
  @ApiProperty({ ...maybe, description: 'version before; null when it was not installed' })
  readonly from!: string | null;
  @ApiProperty({ ...maybe, description: 'version after; null when it is not installed any more' })
  readonly to!: string | null;
}
