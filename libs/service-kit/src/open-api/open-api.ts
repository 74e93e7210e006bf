import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const MERGE_TIMEOUT_MS = 2_000;

/** The description of a service's HTTP API, derived from its controllers. */
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

/**
 * Answers `path` with the API's description, together with those of the services whose requests this one hands on. The
 * description is open to everybody; a service that does not answer in two seconds is left out of it.
 */
export function serveOpenApi(app: INestApplication, path: string, others: readonly string[] = []): void {
  const own = openApiOf(app);
  app.use(path, (_request: IncomingMessage, response: ServerResponse) => {
    void describeAll(own, others).then((document) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(document));
    });
  });
}

async function describeAll(own: OpenAPIObject, others: readonly string[]): Promise<OpenAPIObject> {
  const documents = await Promise.all(others.map(fetchDocument));
  return documents.reduce<OpenAPIObject>((all, document) => (document ? merged(all, document) : all), own);
}

async function fetchDocument(url: string): Promise<OpenAPIObject | null> {
  return fetch(url, { signal: AbortSignal.timeout(MERGE_TIMEOUT_MS) }).then(
    async (response) => (response.ok ? ((await response.json()) as OpenAPIObject) : null),
    // Away for the moment: what is described is what can be called.
    () => null,
  );
}

/** Two descriptions as one; paths and schemas of the first win. */
export function merged(first: OpenAPIObject, second: OpenAPIObject): OpenAPIObject {
  return {
    ...first,
    paths: { ...second.paths, ...first.paths },
    components: {
      ...first.components,
      schemas: { ...second.components?.schemas, ...first.components?.schemas },
    },
  };
}
