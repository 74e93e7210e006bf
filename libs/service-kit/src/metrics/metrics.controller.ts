import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Open } from '../auth/roles';
import type { HttpResponse } from '../http-types';
import { Metrics } from './metrics';

/** What Prometheus reads. */
@Open()
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get()
  async read(@Res() response: HttpResponse): Promise<void> {
    const text = await this.metrics.registry.metrics();
    response.setHeader('Content-Type', this.metrics.registry.contentType);
    response.end(text);
  }
}
