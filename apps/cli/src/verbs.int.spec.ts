import { FakeApi } from './testing/fake-api';
import { patchtide } from './testing/patchtide';
import { campaignView, jobView } from './testing/views';

const TOKEN = 'secret-of-the-operator';

describe('the verbs that change something', () => {
  let api: FakeApi;
  const ask = (...args: string[]) => patchtide(args, { PATCHTIDE_URL: api.url, PATCHTIDE_TOKEN: TOKEN });
  beforeAll(async () => {
    api = await FakeApi.start();
    api.on('GET /campaigns/CHG-1', { json: campaignView() });
    api.on('GET /campaigns/CHG-1/jobs', { json: [jobView('stop-db', { name: 'STOP_DB_ä ö' })] });
    for (const verb of ['start', 'pause', 'resume', 'abort', 'approve']) {
      api.on(`POST /campaigns/CHG-1/${verb}`, { json: { ok: true, events: ['Something'] } });
    }
    for (const verb of ['retry', 'skip', 'complete', 'take-over', 'hand-back']) {
      api.on(`POST /campaigns/CHG-1/jobs/stop-db/${verb}`, { json: { ok: true, events: ['Something'] } });
    }
    for (const verb of ['publish', 'withdraw']) {
      api.on(`POST /campaigns/CHG-1/conditions/quiet/${verb}`, { json: { ok: true, events: ['Something'] } });
    }
    api.on('POST /incidents/CHG-1~stop-db/ack', { json: { status: 'acknowledged' } });
    api.on('POST /incidents/CHG-1~stop-db/resolve', { json: { status: 'resolved' } });
  });
  afterAll(() => api.stop());

  it.each([
    ['campaign start CHG-1 --reason now', 'CHG-1 is running.', { reason: 'now' }],
    [
      'campaign pause CHG-1',
      'CHG-1 pauses: nothing new begins, what runs goes on to its end.',
      { reason: '' },
    ],
    ['campaign resume CHG-1', 'CHG-1 goes on.', { reason: '' }],
    ['campaign abort CHG-1', 'CHG-1 gives everything back, in order.', { reason: '' }],
    ['job retry CHG-1 stop-db --reason x', 'stop-db will be attempted again.', { reason: 'x' }],
    ['job skip CHG-1 stop-db --reason x', 'stop-db is skipped.', { reason: 'x' }],
    ['job complete CHG-1 stop-db --reason x', 'stop-db counts as done by hand.', { reason: 'x' }],
    [
      'job take-over CHG-1 stop-db --reason x',
      'stop-db is yours: Patchtide leaves it alone.',
      { reason: 'x' },
    ],
    ['job hand-back CHG-1 stop-db --reason x', 'stop-db is handed back.', { reason: 'x' }],
    ['condition publish CHG-1 quiet --reason x', 'quiet counts as met for CHG-1.', { reason: 'x' }],
    [
      'condition publish CHG-1 quiet --reason x --until 2026-11-30T02:00:00+01:00',
      'quiet counts as met for CHG-1.',
      { reason: 'x', until: '2026-11-30T01:00:00.000Z' },
    ],
    ['condition withdraw CHG-1 quiet --reason x', 'quiet is withdrawn for CHG-1.', { reason: 'x' }],
    ['incident ack CHG-1~stop-db --note x', 'CHG-1~stop-db is acknowledged.', { note: 'x' }],
    ['incident resolve CHG-1~stop-db', 'CHG-1~stop-db is resolved.', { note: '' }],
  ])('%s asks for it once, as somebody, with the reason', async (line, words, body) => {
    const before = api.asked.length;
    const { code, stdout, stderr } = await ask(...line.split(' '));
    expect([code, stdout, stderr]).toEqual([0, `${words}\n`, '']);
    const [noun = '', verb = '', ...names] = line.split(' --')[0]?.split(' ') ?? [];
    const isOfCampaign = noun === 'job' || noun === 'condition';
    const path = isOfCampaign ? `campaigns/${names.join(`/${noun}s/`)}` : `${noun}s/${names.join('/')}`;
    expect(api.asked.slice(before)).toEqual([
      expect.objectContaining({ method: 'POST', path: `/v1/${path}/${verb}`, token: TOKEN, body }),
    ]);
  });

  it('know a job by the name that people speak', async () => {
    const { code, stdout } = await ask('job', 'retry', 'CHG-1', 'STOP_DB_ä ö', '--reason', 'x');
    expect([code, stdout]).toEqual([0, 'stop-db will be attempted again.\n']);
    const unknown = await ask('job', 'retry', 'CHG-1', 'STOP_DB_other', '--reason', 'x');
    expect(unknown).toMatchObject({
      code: 1,
      stderr: 'CHG-1 has no job "STOP_DB_other"\nNext: See "patchtide job list CHG-1".\n',
    });
  });

  it('approve exactly the plan that was shown', async () => {
    const { planDigest } = campaignView();
    expect(await ask('campaign', 'approve', 'CHG-1')).toMatchObject({
      code: 0,
      stdout: `Approved CHG-1: ${planDigest}\n`,
    });
    expect(api.asked.at(-1)?.body).toEqual({ planDigest, reason: '' });
    const other = `sha256:${'b'.repeat(64)}`;
    await ask('campaign', 'approve', 'CHG-1', '--digest', other);
    expect(api.asked.at(-1)?.body).toEqual({ planDigest: other, reason: '' });
    api.on('GET /campaigns/EARLY', {
      json: campaignView({ id: 'EARLY', status: 'planning', planDigest: null }),
    });
    expect(await ask('campaign', 'approve', 'EARLY')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('EARLY is planning and has no plan'),
    });
  });

  it('say so when there was nothing to do', async () => {
    const json = { ok: true, events: [] };
    api.on('POST /campaigns/CHG-1/pause', { json });
    api.on('POST /campaigns/CHG-1/approve', { json });
    api.on('POST /campaigns/CHG-1/jobs/stop-db/retry', { json });
    const said = async (...args: string[]) => (await ask(...args)).stdout;
    expect(await said('campaign', 'pause', 'CHG-1')).toBe('CHG-1: nothing to do.\n');
    expect(await said('campaign', 'approve', 'CHG-1')).toMatch(/^CHG-1: sha256:a+ is approved already\.\n$/);
    expect(await said('job', 'retry', 'CHG-1', 'stop-db', '--reason', 'x')).toBe('stop-db: nothing to do.\n');
  });

  it('tell every reason of a refusal and the next step', async () => {
    const faults = [{ path: '/window/end', message: 'is over', remedy: 'Move it.' }];
    const json = { title: 'Refused', detail: 'the plan is closed', nextStep: 'Submit a new change.', faults };
    api.on('POST /campaigns/SHUT/start', { status: 409, json });
    const { code, stdout, stderr } = await ask('campaign', 'start', 'SHUT', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      error: 'the plan is closed',
      faults,
      nextStep: 'Submit a new change.',
    });
    expect(stderr).toBe(
      'the plan is closed\n  /window/end: is over\n      Move it.\nNext: Submit a new change.\n',
    );
  });
});
