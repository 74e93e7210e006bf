import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { correlationOf, type HttpRequest, type HttpResponse } from '../http-types';
import { LOGGER, type ServiceLogger } from '../logging/service-logger';
import { answerTo } from './problem-of';

/** Every error as RFC 9457 problem details; unknown ones as 500 with the correlation id and nothing else. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: ServiceLogger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | undefined {
    // Message handlers: the strategy decides by the original error.
    if (host.getType() !== 'http') return throwError(() => error);
    const http = host.switchToHttp();
    this.#respond(error, http.getRequest<HttpRequest>(), http.getResponse<HttpResponse>());
    return undefined;
  }

  #respond(error: unknown, request: HttpRequest, response: HttpResponse): void {
    const { problem, isBug } = answerTo(error);
    const correlationId = correlationOf(request);
    const instance = (request.originalUrl ?? request.url ?? '').split('?')[0] ?? '';
    if (isBug)
      this.logger.error(
        { err: error, correlation: correlationId, method: request.method, path: instance },
        'request failed',
      );
    // A stream that has begun cannot become a problem any more; its reader sees it end early.
    if (response.headersSent) return void response.destroy();
    response.statusCode = problem.status;
    response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
    response.setHeader('Cache-Control', 'no-store');
    response.end(
      JSON.stringify({ ...problem, instance, ...(correlationId === undefined ? {} : { correlationId }) }),
    );
  }
}
