import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { CampaignShape } from './campaign';
import { JobShape, ObligationShape } from './job';

const instant = { type: String, format: 'date-time' } as const;
const anyObject = { type: 'object', additionalProperties: true } as const;

@ApiSchema({
  name: 'EventMeta',
  description: 'what the hash covers beside the event: who, when, in which campaign',
})
export class EventMetaShape {
  @ApiProperty({ description: 'the campaign' }) readonly correlation!: string;
  @ApiProperty({ required: false }) readonly causation?: string;
  @ApiProperty() readonly actor!: string;
  @ApiProperty(instant) readonly recordedAt!: string;
}

@ApiSchema({ name: 'ChainedEvent', description: 'an event as its hash covers it' })
export class ChainedEventShape {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ type: 'integer', description: 'position in its stream, from 1' }) readonly version!: number;
  @ApiProperty() readonly type!: string;
  @ApiProperty({ type: 'integer' }) readonly schemaVersion!: number;
  @ApiProperty({ ...anyObject, description: 'its payload, see docs/asyncapi.yaml' })
  readonly data!: Readonly<Record<string, unknown>>;
  @ApiProperty({ type: () => EventMetaShape }) readonly meta!: EventMetaShape;
  @ApiProperty({ description: 'of the chain up to and including this event' }) readonly hash!: string;
}

/** A stored event: what happened, who caused it, and its place in the chain. */
@ApiSchema({ name: 'Event' })
export class EventShape extends ChainedEventShape {
  @ApiProperty() readonly stream!: string;
  @ApiProperty(instant) readonly at!: string;
  @ApiProperty() readonly actor!: string;
}

@ApiSchema({ name: 'CampaignState', description: 'the whole campaign as it stood at a moment' })
export class CampaignStateShape extends CampaignShape {
  @ApiProperty(instant) readonly at!: string;
  @ApiProperty({ type: () => [JobShape] }) readonly jobStates!: readonly JobShape[];
  @ApiProperty({ type: () => [ObligationShape] }) readonly obligations!: readonly ObligationShape[];
}

@ApiSchema({ name: 'Evidence', description: 'everything that proves what happened; verifies offline' })
export class EvidenceShape {
  @ApiProperty() readonly campaign!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { $ref: '#/components/schemas/ChainedEvent' } },
    description: 'the chains by name of their stream',
  })
  readonly streams!: Readonly<Record<string, readonly ChainedEventShape[]>>;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'the text of every document that events name, by digest',
  })
  readonly documents!: Readonly<Record<string, string>>;
}
