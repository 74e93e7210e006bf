import type { NestExpressApplication } from '@nestjs/platform-express';
import { createProxyMiddleware } from 'http-proxy-middleware';

const TIMEOUT_MS = 15_000;

/** One address for the whole API: incidents are answered by incident-projection, which checks the token itself. */
export function forwardIncidents(app: NestExpressApplication, target: string): void {
  app.use(
    createProxyMiddleware({
      target,
      pathFilter: '/v1/incidents',
      timeout: TIMEOUT_MS,
      proxyTimeout: TIMEOUT_MS,
    }),
  );
}
