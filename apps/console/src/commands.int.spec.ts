import { type RunningServer, startNats, startPostgres } from '@patchtide/embedded';
import { ConsoleUnderTest } from './testing/console-under-test';
import { tokenOf } from './testing/tokens';

describe('the console hands on', () => {
  let postgres: RunningServer;
  let nats: RunningServer;
  let console: ConsoleUnderTest;

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    console = await ConsoleUnderTest.start({ databaseUrl: postgres.url, natsUrl: nats.url });
  });
  afterAll(async () => {
    await console?.stop();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  it('a change of another service', async () => {
    const change = { id: 'CHG3', title: 'x' };
    await console.ask('post', '/changes', 'service').send(change).expect(202);
    expect(console.others.last).toEqual({ type: 'SubmitChange', data: { change } });
  });

  it('an approval, bound to the digest, in the name of the approver', async () => {
    const body = { planDigest: 'sha256:1', reason: 'read it' };
    await console.ask('post', '/campaigns/CHG1/approve', 'approver').send(body).expect(200);
    expect(console.others.last).toEqual({
      type: 'ApproveCampaign',
      data: { campaign: 'CHG1', planDigest: 'sha256:1', actor: { by: 'the-approver', reason: 'read it' } },
    });
  });

  it.each(['start', 'pause', 'resume', 'abort'])('"%s" in the name of the operator', async (verb) => {
    const path = `/campaigns/CHG1/${verb}`;
    const { body } = await console.ask('post', path, 'operator').send({ reason: 'r' }).expect(200);
    expect(body).toEqual({ ok: true, campaign: 'CHG1', events: ['CampaignPaused'] });
    const data = { campaign: 'CHG1', verb, actor: { by: 'the-operator', reason: 'r' } };
    expect(console.others.last).toEqual({ type: 'ControlCampaign', data });
  });

  it.each(['retry', 'skip', 'complete', 'take-over', 'hand-back'])('"%s" of one job', async (verb) => {
    const path = `/campaigns/CHG1/jobs/stop-web/${verb}`;
    await console.ask('post', path, 'operator').send({}).expect(200);
    const data = { campaign: 'CHG1', job: 'stop-web', verb, actor: { by: 'the-operator', reason: '' } };
    expect(console.others.last).toEqual({ type: 'ControlJob', data });
  });

  it.each(['operator', 'service'] as const)('what a %s says of a condition', async (role) => {
    const path = '/campaigns/CHG1/conditions/month-end-closed';
    const until = '2026-12-01T00:00:00Z';
    await console.ask('post', `${path}/publish`, role).send({ reason: 'r', until }).expect(200);
    const data = {
      campaign: 'CHG1',
      condition: 'month-end-closed',
      actor: { by: `the-${role}`, reason: 'r' },
    };
    expect(console.others.last).toEqual({
      type: 'ControlCondition',
      data: { ...data, verb: 'publish', until },
    });
    await console.ask('post', `${path}/withdraw`, role).send({ reason: 'r' }).expect(200);
    expect(console.others.last).toEqual({ type: 'ControlCondition', data: { ...data, verb: 'withdraw' } });
  });

  it('a wish without a body', async () => {
    await console.ask('post', '/campaigns/CHG1/pause', 'operator').expect(200);
    expect(console.others.last?.data).toMatchObject({ actor: { by: 'the-operator', reason: '' } });
  });

  it('a refusal back to whoever asked, with its next step', async () => {
    const unknown = await console.ask('post', '/campaigns/CHG9/pause', 'operator').expect(404);
    expect(unknown.body).toMatchObject({ code: 'unknown-campaign', nextStep: 'List them.' });
    const late = await console.ask('post', '/campaigns/CHG-LATE/abort', 'operator').expect(409);
    expect(late.body).toMatchObject({ code: 'wrong-status', detail: 'it is closed' });
  });

  it('a landscape by its digest, after storing it', async () => {
    const body = { source: 'estate.yaml', landscape: { servers: [] } };
    const answered = await console.ask('post', '/landscapes', 'operator').send(body).expect(201);
    expect(answered.body).toMatchObject({ ok: true, servers: 1 });
    const { landscapeDigest, source } = console.others.last?.data ?? {};
    expect(source).toBe('estate.yaml');
    expect((await console.store.getDocument(String(landscapeDigest)))?.text).toBe('{"servers":[]}');
  });

  it('questions and answers about incidents with their body, token and query', async () => {
    const path = '/incidents/dead-1/resolve?x=1';
    await console.ask('post', path, 'operator').send({ note: 'told them' }).expect(200);
    expect(console.incidents.forwarded.at(-1)).toEqual({
      ...{ method: 'POST', url: `/v1${path}`, auth: `Bearer ${tokenOf('operator')}` },
      body: '{"note":"told them"}',
    });
  });

  it('that nobody answers for incidents, and goes on when somebody does', async () => {
    await console.ask('get', '/incidents?status=open').expect(200);
    await console.incidents.stop();
    const { body } = await console
      .ask('get', '/incidents')
      .expect(503)
      .expect('content-type', /problem\+json/);
    expect(body).toMatchObject({ code: 'unavailable', instance: '/v1/incidents' });
    await console.incidents.start();
    await console.ask('get', '/incidents').expect(200);
  });

  it('its description together with that of the incidents, to everybody', async () => {
    const { body } = await console.ask('get', '/openapi.json', null).expect(200);
    const { paths } = body as { paths: object };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/v1/incidents', '/v1/campaigns/{id}']));
  });
});
