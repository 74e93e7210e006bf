import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { IncidentEvent } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import { type Caller, CurrentActor, Roles, STORE } from '@patchtide/service-kit';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { DataSource, In } from 'typeorm';
import { Problem, PROBLEM } from './api-shapes';
import { appendIncident } from './append-incident';
import { acknowledge, afterwards, close, type Handling } from './handle-incident';
import { Incident } from './incident.entity';
import { readQuery } from './incident-query';

class NoteBody {
  @ApiProperty({ required: false, maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string;
}

const MAX_ROWS = 1_000;

/** What somebody has to look at, those with the least slack first. */
@ApiTags('incidents')
@ApiBearerAuth()
@ApiExtraModels(Problem)
@ApiDefaultResponse(PROBLEM)
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
    type: String,
    description: 'one or several of open, acknowledged and resolved, comma separated',
  })
  @ApiQuery({ name: 'campaign', required: false, type: String })
  @ApiOperation({ operationId: 'listIncidents', summary: `Incidents, at most ${MAX_ROWS}` })
  @ApiOkResponse({ type: [Incident] })
  list(@Query() query: Readonly<Record<string, unknown>>): Promise<Incident[]> {
    const { statuses, campaign } = readQuery(query);
    return this.source.getRepository(Incident).find({
      where: { ...(statuses ? { status: In(statuses) } : {}), ...(campaign === null ? {} : { campaign }) },
      order: { slackMs: { direction: 'ASC', nulls: 'LAST' }, openedAt: 'ASC', id: 'ASC' },
      take: MAX_ROWS,
    });
  }

  @Get(':id')
  @Roles('viewer')
  @ApiOperation({ operationId: 'getIncident', summary: 'One incident with its output and history' })
  @ApiOkResponse({ type: Incident })
  async show(@Param('id') id: string): Promise<Incident> {
    const incident = await this.source.getRepository(Incident).findOneBy({ id });
    if (incident) return incident;
    const next = 'List the incidents at /v1/incidents.';
    throw new Rejected('unknown-incident', `there is no incident "${id}"`, next);
  }

  @Post(':id/ack')
  @HttpCode(200)
  @Roles('operator')
  @ApiOperation({ operationId: 'acknowledgeIncident', summary: 'Say that you look at it' })
  @ApiOkResponse({ type: Incident })
  ack(@Param('id') id: string, @Body() body: NoteBody, @CurrentActor() caller: Caller): Promise<Incident> {
    return this.handle(id, { note: body.note ?? '', by: caller.name }, acknowledge);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Roles('operator')
  @ApiOperation({
    operationId: 'resolveIncident',
    summary: 'Close an incident that belongs to no job; a job is resolved by answering it',
  })
  @ApiOkResponse({ type: Incident })
  resolve(
    @Param('id') id: string,
    @Body() body: NoteBody,
    @CurrentActor() caller: Caller,
  ): Promise<Incident> {
    return this.handle(id, { note: body.note ?? '', by: caller.name }, close);
  }

  private async handle(
    id: string,
    { note, by }: Omit<Handling, 'at'>,
    decide: (incident: Incident, handling: Handling) => IncidentEvent | null,
  ): Promise<Incident> {
    const incident = await this.show(id);
    const event = decide(incident, { by, note, at: new Date().toISOString() });
    if (!event) return incident;
    await appendIncident(this.store, event, by);
    return afterwards(incident, event);
  }
}
