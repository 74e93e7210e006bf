import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The description of a service's API, derived from its controllers. */
export function openApiOf(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Patchtide')
    .setDescription(
      'Campaigns, jobs, obligations, incidents and the history of all of them. Errors are RFC 9457 problem details.',
    )
    .setVersion('1')
    .addBearerAuth()
    .build();
  return SwaggerModule.createDocument(app, config);
}

/** Answers `/v1/openapi.json`; the API describes itself to everybody. */
export function serveOpenApi(app: NestExpressApplication): void {
  const text = JSON.stringify(openApiOf(app));
  app.use('/v1/openapi.json', (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('content-type', 'application/json');
    response.end(text);
  });
}
