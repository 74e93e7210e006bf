import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Options } from 'pino-http';
import type { HttpRequest, HttpResponse } from '../http-types';
import type { ServiceLogger } from './service-logger';

export const CORRELATION_HEADER = 'x-correlation-id';
const WELL_FORMED = /^[A-Za-z0-9._-]{8,128}$/;

/** One line per finished request, with its correlation id, its campaign and job; none for probes. */
export function requestLogging(logger: ServiceLogger): Options {
  return {
    logger,
    genReqId: correlate,
    customProps: (request) => campaignOf((request as HttpRequest).originalUrl ?? request.url ?? ''),
    autoLogging: { ignore: isProbe },
    customLogLevel: (_, response, error) => {
      if (error !== undefined || response.statusCode >= 500) return 'error';
      return response.statusCode >= 400 ? 'warn' : 'info';
    },
    customSuccessMessage: () => 'request completed',
    customErrorMessage: () => 'request failed',
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'correlation' },
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split('?')[0] }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
  };
}

function correlate(request: IncomingMessage, response: HttpResponse): string {
  const given = request.headers[CORRELATION_HEADER];
  const id = typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
  request.id = id;
  response.setHeader(CORRELATION_HEADER, id);
  return id;
}

function campaignOf(url: string): { campaign?: string; job?: string } {
  const [, campaign, job] = /\/campaigns\/([A-Za-z0-9_-]+)(?:\/jobs\/([A-Za-z0-9._-]+))?/.exec(url) ?? [];
  return { ...(campaign === undefined ? {} : { campaign }), ...(job === undefined ? {} : { job }) };
}

function isProbe(request: IncomingMessage): boolean {
  return /^\/(health\/|metrics)/.test(request.url ?? '');
}
