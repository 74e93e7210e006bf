import { Controller, Get, Header, HttpStatus, Inject, Res } from '@nestjs/common';
import { Open } from '../auth/roles';
import type { HttpResponse } from '../http-types';
import { Readiness, type ReadinessReport } from './readiness';

/** Probes: alive while the process turns, ready while everything it needs is there. */
@Open()
@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('ready')
  @Header('Cache-Control', 'no-store')
  async ready(
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<{ status: string; checks: ReadinessReport['checks'] }> {
    const { isReady, checks } = await this.readiness.report();
    if (!isReady) response.statusCode = HttpStatus.SERVICE_UNAVAILABLE;
    return { status: isReady ? 'ready' : 'not ready', checks };
  }
}
