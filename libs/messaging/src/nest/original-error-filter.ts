import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Lets a message handler's own error reach the strategy. Without it Nest replaces every error by "Internal server
 * error", and poison looks like a database that is down. Register it globally for the microservice.
 */
@Catch()
export class OriginalErrorFilter implements ExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}
