import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { streamOf } from '@patchtide/contracts';
import type { EventStore } from '@patchtide/event-store';
import { Roles, STORE } from '@patchtide/service-kit';
import type { Request, Response } from 'express';
import { CAMPAIGNS, type ShownCampaigns } from '../follow/shown-campaigns';
import { CampaignStateShape, ChainedEventShape, EventShape, EvidenceShape } from '../shapes/history';
import { Problem, PROBLEM } from '../shapes/problem';
import { campaignView } from '../views/campaign-view';
import { eventView } from '../views/event-view';
import { evidenceOf } from '../views/evidence';
import { jobViews, obligationViews } from '../views/job-view';
import { stateAt } from '../views/time-travel';
import { existing, instantParameter, numberParameter } from './query';
import { writeSlowly } from './write-slowly';

const MAX_EVENTS = 10_000;
const PAGE = 1_000;
const NDJSON = 'application/x-ndjson';

interface PageQuery {
  readonly from?: unknown;
  readonly limit?: unknown;
}

/** The history: events as they were recorded, the state at any moment, and evidence. */
@ApiTags('audit')
@ApiBearerAuth()
@ApiExtraModels(Problem, ChainedEventShape, EventShape)
@ApiDefaultResponse(PROBLEM)
@Roles('viewer')
@Controller('v1/campaigns/:id')
export class AuditController {
  constructor(
    @Inject(CAMPAIGNS) private readonly campaigns: ShownCampaigns,
    @Inject(STORE) private readonly store: EventStore,
  ) {}

  @Get('events')
  @ApiQuery({ name: 'from', required: false, type: 'integer', description: 'stream version to begin with' })
  @ApiQuery({
    ...{ name: 'limit', required: false, type: 'integer' },
    description: `default 1000, at most ${MAX_EVENTS}; newline-delimited answers have no limit`,
  })
  @ApiOperation({
    operationId: 'listEvents',
    summary: `The events of a campaign; newline-delimited with Accept: ${NDJSON}`,
  })
  @ApiOkResponse({
    description: 'in the order of their stream',
    content: {
      'application/json': { schema: { type: 'array', items: { $ref: getSchemaPath(EventShape) } } },
      [NDJSON]: { schema: { $ref: getSchemaPath(EventShape) } },
    },
  })
  async events(
    @Param('id') id: string,
    @Query() query: PageQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await existing(this.campaigns, id);
    const from = numberParameter(query.from, 'from', { fallback: 1, min: 1, max: Number.MAX_SAFE_INTEGER });
    if (request.headers.accept?.includes(NDJSON) === true) return this.lines(id, from, response);
    const limit = numberParameter(query.limit, 'limit', { fallback: 1_000, min: 1, max: MAX_EVENTS });
    response.json((await this.store.read(streamOf.campaign(id), from, limit)).map(eventView));
  }

  @Get('state')
  @ApiQuery({ name: 'at', required: true, schema: { type: 'string', format: 'date-time' } })
  @ApiOperation({
    operationId: 'getState',
    summary: 'The campaign with its jobs and obligations as it stood at a moment',
  })
  @ApiOkResponse({ type: CampaignStateShape })
  async state(@Param('id') id: string, @Query('at') at: unknown): Promise<CampaignStateShape> {
    await existing(this.campaigns, id);
    const instant = instantParameter(at, 'at');
    const folded = await stateAt(this.store, id, instant);
    const jobStates = jobViews(folded.campaign, {}, instant);
    const obligations = obligationViews(folded.campaign);
    return { ...campaignView(folded, instant), at: instant, jobStates, obligations };
  }

  @Get('evidence')
  @ApiOperation({
    operationId: 'getEvidence',
    summary: 'Every event with its hash and the documents they name; verifies offline',
  })
  @ApiOkResponse({ type: EvidenceShape })
  async evidence(@Param('id') id: string): Promise<EvidenceShape> {
    await existing(this.campaigns, id);
    return evidenceOf(this.store, id);
  }

  private async lines(id: string, first: number, response: Response): Promise<void> {
    response.setHeader('content-type', NDJSON);
    for (let from = first; !response.destroyed; from += PAGE) {
      const page = await this.store.read(streamOf.campaign(id), from, PAGE);
      await writeSlowly(response, page.map((event) => `${JSON.stringify(eventView(event))}\n`).join(''));
      if (page.length < PAGE) break;
    }
    response.end();
  }
}
