import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { HttpRequest } from '../http-types';
import type { Caller, Role } from './token-table';

export const ROLES_KEY = 'patchtide:roles';
export const OPEN_KEY = 'patchtide:open';

/** Who may call a handler (or all handlers of a controller): callers with any of these roles. Without it nobody may. */
export const Roles = (...roles: readonly [Role, ...Role[]]) => SetMetadata(ROLES_KEY, roles);
/** Answers without a token. For health and metrics. */
export const Open = () => SetMetadata(OPEN_KEY, true);

/** The authenticated caller as a handler's parameter. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { actor } = context.switchToHttp().getRequest<HttpRequest>();
  if (actor === undefined)
    throw new Error('There is no caller: the handler is open, or the guard is not installed.');
  return actor;
});
