import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import type { HttpRequest, HttpResponse } from '../http-types';
import { Metrics } from './metrics';

/** The pattern that all middleware is registered under. */
export const EVERYWHERE = '{*path}';

/** Times every request by method, route pattern and status class. Ids are not in the labels: patterns are few. */
@Injectable()
export class HttpTiming implements NestMiddleware {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  use(request: HttpRequest, response: HttpResponse, next: () => void): void {
    const startedAt = process.hrtime.bigint();
    response.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      const route = routeOf(request);
      this.metrics.httpSeconds.observe(
        { method: request.method ?? '', route, status: String(response.statusCode) },
        seconds,
      );
    });
    next();
  }
}

/** The pattern of the handler that was found; where there is none, the last middleware's, which says nothing. */
function routeOf({ route, baseUrl = '' }: HttpRequest): string {
  const path = route?.path;
  return typeof path === 'string' && !path.includes(EVERYWHERE) ? `${baseUrl}${path}` : 'unmatched';
}
