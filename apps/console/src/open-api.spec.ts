import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { openApiOf, STORE } from '@patchtide/service-kit';
import { AuditController } from './http/audit.controller';
import { CampaignsController } from './http/campaigns.controller';
import { CommandClient } from './http/command-client';
import { ControlController } from './http/control.controller';
import { Campaigns } from './follow/campaigns';
import { LogFollower } from './follow/log-follower';

const FILE = join(__dirname, '../../../docs/openapi/console.json');

/** Renew the file with `UPDATE_DOCS=1 npm test -- unit open-api`. */
it('is described by docs/openapi/console.json', async () => {
  const providers = [Campaigns, CommandClient, LogFollower, STORE].map((provide) => ({
    provide,
    useValue: {},
  }));
  const module = await Test.createTestingModule({
    controllers: [AuditController, CampaignsController, ControlController],
    providers,
  }).compile();
  const app = module.createNestApplication({ logger: false });
  const text = `${JSON.stringify(openApiOf(app), null, 2)}\n`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, text);
  expect(readFileSync(FILE, 'utf8')).toBe(text);
});
