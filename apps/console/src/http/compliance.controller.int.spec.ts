import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { MemoryEventStore } from '@patchtide/event-store';
import { STORE } from '@patchtide/service-kit';
import request from 'supertest';
import { CampaignFold } from '../follow/campaign-fold';
import { CAMPAIGNS } from '../follow/shown-campaigns';
import { RecordedCampaign } from '../testing/recorded-campaign';
import { ComplianceController } from './compliance.controller';

describe('GET /v1/campaigns/:id/compliance', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const store = new MemoryEventStore();
    await (await new RecordedCampaign(store).start()).finish();
    const campaigns = { get: async (id: string) => (await new CampaignFold(id, store).read()).folded };
    const module = await Test.createTestingModule({
      controllers: [ComplianceController],
      providers: [
        { provide: STORE, useValue: store },
        { provide: CAMPAIGNS, useValue: campaigns },
      ],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  const ask = async (accept: string) =>
    request(await app.getUrl())
      .get('/v1/campaigns/CHG1/compliance')
      .set('accept', accept)
      .expect(200)
      .expect('vary', /accept/i);

  it.each(['application/json', '*/*', 'text/csv;q=0.5, application/json'])(
    'answers with the report for %s',
    async (accept) => {
      const { body } = await ask(accept);
      expect(body).toMatchObject({ campaign: 'CHG1', totals: { servers: 2, patched: 2 } });
    },
  );

  it.each(['text/csv', 'text/csv, */*;q=0.1'])('answers with a table for %s', async (accept) => {
    const { text, headers } = await ask(accept);
    expect(headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/csv; charset=utf-8/) as string,
      'content-disposition': 'attachment; filename="compliance-CHG1.csv"',
    });
    expect(text.split('\r\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^campaign,server,name,os,/),
      expect.stringMatching(/^CHG1,srv-db,srv-db,debian-12,/),
    ]);
  });
});
