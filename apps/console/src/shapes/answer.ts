import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({
  name: 'CommandAnswer',
  description: 'what a command led to; no events when the wish was true already',
})
export class CommandAnswerShape {
  @ApiProperty({ enum: [true] }) readonly ok!: true;
  @ApiProperty() readonly campaign!: string;
  @ApiProperty({ type: [String], description: 'types of the events' }) readonly events!: readonly string[];
}

@ApiSchema({ name: 'LandscapeAnswer' })
export class LandscapeAnswerShape {
  @ApiProperty({ enum: [true] }) readonly ok!: true;
  @ApiProperty() readonly landscapeDigest!: string;
  @ApiProperty({ type: 'integer' }) readonly servers!: number;
  @ApiProperty({ type: 'integer' }) readonly components!: number;
}
