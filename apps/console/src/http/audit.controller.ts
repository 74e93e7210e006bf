import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { streamOf } from '@patchtide/contracts';
import type { EventStore } from '@patchtide/event-store';
import { Roles, STORE } from '@patchtide/service-kit';
import type { Request, Response } from 'express';
import { Campaigns } from '../follow/campaigns';
import { LogFollower } from '../follow/log-follower';

import { campaignView } from '../views/campaign-view';
import { eventView } from '../views/event-view';
import { evidenceOf } from '../views/evidence';
import { jobViews, obligationViews } from '../views/job-view';
import { stateAt } from '../views/time-travel';
import { streamEvents } from './event-stream';
import { existing, instantParameter, numberParameter } from './query';

const MAX_EVENTS = 10_000;

interface PageQuery {
  readonly from?: string;
  readonly limit?: string;
}

interface StreamQuery {
  readonly campaign?: string;
  readonly after?: string;
}

/** The history: events as they were recorded, the state at any moment, evidence, and what happens now. */
@ApiTags('audit')
@ApiBearerAuth()
@Roles('viewer')
@Controller('v1')
export class AuditController {
  constructor(
    @Inject(Campaigns) private readonly campaigns: Campaigns,
    @Inject(LogFollower) private readonly follower: LogFollower,
    @Inject(STORE) private readonly store: EventStore,
  ) {}

  @Get('campaigns/:id/events')
  @ApiQuery({ name: 'from', required: false, description: 'stream version to begin with' })
  @ApiQuery({ name: 'limit', required: false, description: `at most ${MAX_EVENTS} for JSON` })
  @ApiOperation({ summary: 'The events of a campaign; newline-delimited with Accept: application/x-ndjson' })
  async events(
    @Param('id') id: string,
    @Query() query: PageQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    existing(this.campaigns, id);
    const first = Math.max(
      1,
      numberParameter(query.from, 'from', { fallback: 1, max: Number.MAX_SAFE_INTEGER }),
    );
    if (request.headers.accept?.includes('application/x-ndjson') === true)
      return this.ndjson(id, first, response);
    const count = numberParameter(query.limit, 'limit', { fallback: 1_000, max: MAX_EVENTS });
    response.json((await this.store.read(streamOf.campaign(id), first, count)).map(eventView));
  }

  @Get('campaigns/:id/state')
  @ApiQuery({ name: 'at', required: true, description: 'ISO 8601 instant' })
  @ApiOperation({ summary: 'The campaign with its jobs and obligations as it stood at a moment' })
  async state(@Param('id') id: string, @Query('at') at: string | undefined) {
    existing(this.campaigns, id);
    const instant = instantParameter(at ?? '', 'at');
    const folded = await stateAt(this.store, id, instant);
    const { campaign } = folded;
    return {
      ...campaignView(folded, instant),
      at: instant,
      jobStates: jobViews(campaign, {}, instant),
      obligations: obligationViews(campaign),
    };
  }

  @Get('campaigns/:id/evidence')
  @ApiOperation({ summary: 'Every event with its hash and the documents they name; verifies offline' })
  async evidence(@Param('id') id: string) {
    existing(this.campaigns, id);
    return evidenceOf(this.store, id);
  }

  @Get('stream')
  @ApiQuery({ name: 'campaign', required: false })
  @ApiQuery({
    name: 'after',
    required: false,
    description: 'global position; Last-Event-ID wins. Default: from now on',
  })
  @ApiOperation({ summary: 'Server-sent events, resumable by Last-Event-ID' })
  async stream(
    @Query() query: StreamQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const lastEventId = request.headers['last-event-id'];
    const resume = typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : query.after;
    const after = numberParameter(resume, 'after', {
      fallback: this.follower.position,
      max: Number.MAX_SAFE_INTEGER,
    });
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const gone = new AbortController();
    request.on('close', () => gone.abort());
    const source = { store: this.store, follower: this.follower };
    const sink = { write: (text: string): Promise<void> => writeTo(response, text) };
    await streamEvents(source, { campaign: query.campaign ?? null, after }, sink, gone.signal);
    response.end();
  }

  private async ndjson(id: string, first: number, response: Response): Promise<void> {
    response.setHeader('content-type', 'application/x-ndjson');
    for (let from = first; ; from += MAX_EVENTS) {
      const page = await this.store.read(streamOf.campaign(id), from, MAX_EVENTS);
      await writeTo(response, page.map((event) => `${JSON.stringify(eventView(event))}\n`).join(''));
      if (page.length < MAX_EVENTS) break;
    }
    response.end();
  }
}

/** Resolves when the receiver can take more, or is gone. */
function writeTo(response: Response, text: string): Promise<void> {
  if (text === '' || response.destroyed || response.write(text)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
