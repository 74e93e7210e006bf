import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { HttpRequest, HttpResponse } from '../http-types';
import { OPEN_KEY, ROLES_KEY } from './roles';
import { type Caller, type Role, TokenTable } from './token-table';

/** Lets a request pass when its bearer token's owner has a role that the handler names. Denies where nothing is said. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(TokenTable) private readonly tokens: TokenTable,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    // Messages come from the bus, whose own credentials say who may send them.
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(OPEN_KEY, targets) === true) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const caller = this.#authenticate(request, http.getResponse<HttpResponse>());
    request.actor = caller;
    const wanted = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES_KEY, targets) ?? [];
    if (mayCall(caller, wanted)) return true;
    throw new ForbiddenException(
      wanted.length === 0
        ? 'Nobody may call this: it names no role.'
        : `This needs the role ${wanted.join(' or ')}; ${caller.name} has ${caller.roles.join(', ')}.`,
    );
  }

  #authenticate(request: HttpRequest, response: HttpResponse): Caller {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const caller = token === undefined ? undefined : this.tokens.callerOf(token);
    if (caller !== undefined) return caller;
    response.setHeader('WWW-Authenticate', 'Bearer realm="patchtide"');
    throw new UnauthorizedException(
      token === undefined ? 'Send "Authorization: Bearer <token>".' : 'This token is not known here.',
    );
  }
}

function mayCall(caller: Caller, wanted: readonly Role[]): boolean {
  return wanted.includes('viewer') || wanted.some((role) => caller.roles.includes(role));
}
