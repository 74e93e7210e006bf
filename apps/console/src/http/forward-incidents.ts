import { type IncomingMessage, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createProxyMiddleware, fixRequestBody } from 'http-proxy-middleware';

const TIMEOUT_MS = 15_000;

const UNAVAILABLE = {
  type: 'urn:patchtide:problem:unavailable',
  title: 'Service Unavailable',
  status: 503,
  detail: 'incident-projection does not answer.',
  code: 'unavailable',
  nextStep: 'Try again in a moment.',
};

/** One address for the whole API: incidents are answered by incident-projection, which checks the token itself. */
export function forwardIncidents(app: NestExpressApplication, target: string, timeoutMs = TIMEOUT_MS): void {
  app.use(
    createProxyMiddleware<IncomingMessage, ServerResponse>({
      target,
      pathFilter: '/v1/incidents',
      timeout: timeoutMs,
      proxyTimeout: timeoutMs,
      on: {
        // The body has been read and parsed before the request comes here.
        proxyReq: fixRequestBody,
        error: (_error, request, response) => {
          if (!(response instanceof ServerResponse) || response.headersSent) return void response.destroy();
          response.writeHead(503, { 'content-type': 'application/problem+json; charset=utf-8' });
          const instance = (request.url ?? '').split('?')[0];
          response.end(JSON.stringify({ ...UNAVAILABLE, instance }));
        },
      },
    }),
  );
}
