import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { EventStore } from '@patchtide/event-store';
import { ProblemError, Roles, SHUTDOWN, STORE } from '@patchtide/service-kit';
import type { Request, Response } from 'express';
import { LogFollower } from '../follow/log-follower';
import { Problem, PROBLEM } from '../shapes/problem';
import { streamEvents, type StreamOptions } from './event-stream';
import { numberParameter, textParameters } from './query';
import { writeSlowly } from './write-slowly';

const MAX_STREAMS = 500;
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  // The end of the stream is the end of the connection: a shutdown need not wait for idle ones.
  connection: 'close',
};

/** What happens now, to everybody who listens. */
@ApiTags('audit')
@ApiBearerAuth()
@ApiExtraModels(Problem)
@ApiDefaultResponse(PROBLEM)
@Roles('viewer')
@Controller('v1/stream')
export class StreamController {
  private streams = 0;

  constructor(
    @Inject(LogFollower) private readonly follower: LogFollower,
    @Inject(STORE) private readonly store: EventStore,
    @Inject(SHUTDOWN) private readonly shutdown: AbortSignal,
  ) {}

  @Get()
  @ApiQuery({ name: 'campaign', required: false, type: String })
  @ApiQuery({
    ...{ name: 'after', required: false, type: 'integer' },
    description: 'global position; Last-Event-ID wins. Default: from now on',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'global position seen last' })
  @ApiOperation({ operationId: 'followEvents', summary: 'Server-sent events, resumable by Last-Event-ID' })
  @ApiOkResponse({
    description: 'events with id (global position), event (its type) and data (JSON)',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  async stream(
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const options = this.options(query, request);
    if (this.streams >= MAX_STREAMS) throw tooMany();
    this.streams += 1;
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    response.on('close', leave);
    this.shutdown.addEventListener('abort', leave);
    try {
      response.writeHead(200, HEADERS);
      const sink = { write: (text: string): Promise<void> => writeSlowly(response, text) };
      if (!this.shutdown.aborted) {
        await streamEvents({ store: this.store, follower: this.follower }, options, sink, gone.signal);
      }
      response.end();
    } finally {
      this.streams -= 1;
      this.shutdown.removeEventListener('abort', leave);
    }
  }

  private options(query: Readonly<Record<string, unknown>>, { headers }: Request): StreamOptions {
    const { campaign = null, after } = textParameters(query, { campaign: null, after: null });
    const lastEventId = headers['last-event-id'];
    const seen = lastEventId === undefined || lastEventId === '' ? after : lastEventId;
    const bounds = { fallback: this.follower.position, max: Number.MAX_SAFE_INTEGER };
    return { campaign, after: numberParameter(seen, 'after', bounds) };
  }
}

function tooMany(): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'too-many-streams',
    title: 'Service Unavailable',
    detail: `There are ${MAX_STREAMS} receivers of live events already.`,
    nextStep: 'Close one that nobody looks at, or try again later.',
  });
}
