import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { openApiOf, STORE } from '@patchtide/service-kit';
import { DataSource } from 'typeorm';
import { IncidentsController } from './incidents.controller';

const FILE = join(__dirname, '../../../docs/openapi/incident-projection.json');

/** Renew the file with `UPDATE_DOCS=1 npm test -- unit open-api`. */
it('is described by docs/openapi/incident-projection.json', async () => {
  const providers = [DataSource, STORE].map((provide) => ({ provide, useValue: {} }));
  const module = await Test.createTestingModule({ controllers: [IncidentsController], providers }).compile();
  const app = module.createNestApplication({ logger: false });
  const text = `${JSON.stringify(openApiOf(app), null, 2)}\n`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, text);
  expect(readFileSync(FILE, 'utf8')).toBe(text);
});
