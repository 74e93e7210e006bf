import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { IncidentEvent } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import { type Caller, CurrentActor, Roles, STORE } from '@patchtide/service-kit';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { DataSource, In } from 'typeorm';
import { acknowledge, appendIncident, close, type Handling } from './handle-incident';
import { Incident, type IncidentStatus } from './incident.entity';

class NoteBody {
  @ApiProperty({ required: false, maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string;
}

const MAX_ROWS = 1_000;
const STATUSES: readonly string[] = ['open', 'acknowledged', 'resolved'];

/** What somebody has to look at, those with the least slack first. */
@ApiTags('incidents')
@ApiBearerAuth()
@Controller('v1/incidents')
export class IncidentsController {
  constructor(
    @Inject(DataSource) private readonly source: DataSource,
    @Inject(STORE) private readonly store: EventStore,
  ) {}

  @Get()
  @Roles('viewer')
  @ApiQuery({
    name: 'status',
    required: false,
    description: `one or several of ${STATUSES.join(', ')}, comma separated`,
  })
  @ApiQuery({ name: 'campaign', required: false })
  @ApiOperation({ summary: `Incidents, at most ${MAX_ROWS}` })
  list(
    @Query('status') status: string | undefined,
    @Query('campaign') campaign: string | undefined,
  ): Promise<Incident[]> {
    const wanted = status?.split(',').filter((word) => STATUSES.includes(word)) as
      IncidentStatus[] | undefined;
    return this.source.getRepository(Incident).find({
      where: { ...(wanted ? { status: In(wanted) } : {}), ...(campaign === undefined ? {} : { campaign }) },
      order: { slackMs: { direction: 'ASC', nulls: 'LAST' }, openedAt: 'ASC' },
      take: MAX_ROWS,
    });
  }

  @Get(':id')
  @Roles('viewer')
  @ApiOperation({ summary: 'One incident with its output and history' })
  async show(@Param('id') id: string): Promise<Incident> {
    const incident = await this.source.getRepository(Incident).findOneBy({ id });
    if (!incident)
      throw new Rejected(
        'unknown-incident',
        `there is no incident "${id}"`,
        'List the incidents at /v1/incidents.',
      );
    return incident;
  }

  @Post(':id/ack')
  @HttpCode(200)
  @Roles('operator')
  @ApiOperation({ summary: 'Say that you look at it' })
  ack(@Param('id') id: string, @Body() body: NoteBody, @CurrentActor() caller: Caller) {
    return this.handle(id, body, caller, acknowledge);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Roles('operator')
  @ApiOperation({ summary: 'Close an incident that belongs to no job; a job is resolved by answering it' })
  resolve(@Param('id') id: string, @Body() body: NoteBody, @CurrentActor() caller: Caller) {
    return this.handle(id, body, caller, close);
  }

  private async handle(
    id: string,
    { note = '' }: NoteBody,
    { name: by }: Caller,
    decide: (incident: Incident, handling: Handling) => IncidentEvent | null,
  ): Promise<Incident> {
    const incident = await this.show(id);
    const event = decide(incident, { by, note, at: new Date().toISOString() });
    if (!event) return incident;
    await appendIncident(this.store, event, by);
    // The read model follows in a moment; the answer says already what it will say.
    return Object.assign(
      incident,
      event.type === 'IncidentClosed'
        ? { status: 'resolved' }
        : { status: 'acknowledged', acknowledgedBy: by },
    );
  }
}
