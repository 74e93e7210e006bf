import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { openApiOf, SHUTDOWN, STORE } from '@patchtide/service-kit';
import { LogFollower } from './follow/log-follower';
import { CAMPAIGNS } from './follow/shown-campaigns';
import { AuditController } from './http/audit.controller';
import { CampaignsController } from './http/campaigns.controller';
import { CommandClient } from './http/command-client';
import { ComplianceController } from './http/compliance.controller';
import { ControlController } from './http/control.controller';
import { StreamController } from './http/stream.controller';

const FILE = join(__dirname, '../../../docs/openapi/console.json');
const METHODS = ['get', 'post'] as const;

describe('the API', () => {
  const describeApi = async () => {
    const providers = [CAMPAIGNS, CommandClient, LogFollower, SHUTDOWN, STORE].map((provide) => ({
      provide,
      useValue: {},
    }));
    const module = await Test.createTestingModule({
      controllers: [
        CampaignsController,
        AuditController,
        ComplianceController,
        StreamController,
        ControlController,
      ],
      providers,
    }).compile();
    return openApiOf(module.createNestApplication({ logger: false }));
  };

  /** Renew the file with `UPDATE_DOCS=1 npm test -- unit open-api`. */
  it('is described by docs/openapi/console.json', async () => {
    const text = `${JSON.stringify(await describeApi(), null, 2)}\n`;
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, text);
    expect(readFileSync(FILE, 'utf8')).toBe(text);
  });

  it('says of every operation what it answers, and what a refusal is', async () => {
    const { paths, components } = await describeApi();
    const operations = Object.values(paths).flatMap((path) =>
      METHODS.flatMap((method) => path[method] ?? []),
    );
    expect(operations.length).toBeGreaterThan(15);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { responses } of operations) {
      const [ok] = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect(JSON.stringify(ok)).toContain('schema');
      expect(JSON.stringify(responses['default'])).toContain('#/components/schemas/Problem');
    }
    const named = ['Campaign', 'Job', 'Obligation', 'Event', 'Plan', 'Problem'];
    expect(Object.keys(components?.schemas ?? {})).toEqual(expect.arrayContaining(named));
  });
});
