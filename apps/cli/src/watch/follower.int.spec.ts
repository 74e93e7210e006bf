import { waitUntil } from '@patchtide/embedded';
import { Api } from '../api';
import { FakeApi } from '../testing/fake-api';
import { campaignView, jobView, obligationView } from '../testing/views';
import { Follower } from './follower';

describe('the picture that is kept of a campaign', () => {
  let server: FakeApi;
  let api: Api;
  let nowMs: number;
  let follower: Follower;
  const jobs = [jobView('patch-a', { status: 'waiting' }), jobView('patch-b', { status: 'waiting' })];
  const away = { status: 503, json: { detail: 'nobody is here' } };
  /** Time passes, and whoever is due to look has looked. */
  const after = async (ms: number): Promise<void> => {
    nowMs += ms;
    const before = server.asked.length;
    follower.keepUp();
    await waitUntil(() => server.asked.length > before, { timeoutMs: 5_000, what: 'a look' });
    await waitUntil(() => !follower.isLooking, { timeoutMs: 5_000, what: 'the end of the look' });
  };
  const total = { succeeded: 0, waiting: 2 };

  beforeEach(async () => {
    server = await FakeApi.start();
    api = new Api({ url: server.url, token: null, tokenAdvice: '' });
    server.on('GET /campaigns/CHG-1', { json: campaignView({ jobs: total }) });
    server.on('GET /campaigns/CHG-1/jobs', { json: jobs });
    server.on('GET /campaigns/CHG-1/jobs?status=running', { json: [] });
    server.on('GET /campaigns/CHG-1/jobs?status=dispatched', { json: [jobView('patch-a')] });
    server.on('GET /campaigns/CHG-1/obligations', { json: [obligationView('stopped:db')] });
    server.on('GET /incidents', { json: [] });
    nowMs = 1_000_000;
    follower = await Follower.of(api, 'CHG-1', () => nowMs);
  });
  afterEach(() => server.stop());

  it('counts jobs and obligations once, and along with the events from then on', async () => {
    expect(follower.picture.tally).toBeNull();
    await after(500);
    expect(follower.picture.tally?.waves).toEqual([{ name: 'rest', jobs: 2, settled: 0 }]);
    follower.event({ type: 'JobSucceeded', data: { job: 'patch-a' } });
    expect(follower.picture.tally?.waves[0]?.settled).toBe(1);
    const readings = server.asked.filter(({ path }) => path === '/v1/campaigns/CHG-1/jobs').length;
    await after(500);
    expect(server.asked.filter(({ path }) => path === '/v1/campaigns/CHG-1/jobs')).toHaveLength(readings);
  });

  it('is counted anew when there is a plan, a new plan, or a new stream', async () => {
    server.on('GET /campaigns/CHG-1/jobs', { json: [] });
    await after(500);
    expect(follower.picture.tally).toBeNull();
    server.on('GET /campaigns/CHG-1/jobs', { json: jobs });
    await after(2_000);
    expect(follower.picture.tally?.waves).toHaveLength(1);
    server.on('GET /campaigns/CHG-1/obligations', { json: [] });
    follower.opened();
    await after(500);
    expect(follower.picture.tally?.owed).toEqual({});
  });

  it('is old when nobody answers, says so after a few seconds, and is new again afterwards', async () => {
    await after(500);
    server.on('GET /campaigns/CHG-1', away);
    await after(2_000);
    expect(follower.picture.doubt).toBeNull();
    await after(4_000);
    expect(follower.picture).toMatchObject({
      doubt: { takenMs: 1_000_500, why: 'nobody is here' },
      campaign: { id: 'CHG-1' },
    });
    server.on('GET /campaigns/CHG-1', { json: campaignView({ jobs: total, status: 'paused' }) });
    await after(2_000);
    expect(follower.picture).toMatchObject({ doubt: null, campaign: { status: 'paused' } });
  });

  it('is given up when nobody answers for minutes', async () => {
    server.on('GET /campaigns/CHG-1', away);
    await after(2_000);
    nowMs += 6 * 60_000;
    expect(() => follower.keepUp()).toThrow('nobody is here');
  });

  it('is given up at once when there is no hope', async () => {
    server.on('GET /campaigns/CHG-1', { status: 403, json: { detail: 'not yours' } });
    await after(2_000);
    expect(() => follower.keepUp()).toThrow('not yours');
  });

  it('is renewed at once after an event, and now and then without one', async () => {
    await after(500);
    const before = server.asked.length;
    nowMs += 1_000;
    follower.keepUp();
    expect(server.asked).toHaveLength(before);
    follower.event({ type: 'JobStarted', data: { job: 'patch-a' } });
    await after(0);
    nowMs += 1_999;
    follower.keepUp();
    expect(follower.isLooking).toBe(false);
    await after(1);
  });

  it('does not ask more often than it must', async () => {
    await after(500);
    const before = server.asked.length;
    for (let i = 0; i < 5; i += 1) {
      nowMs += 50;
      follower.event({ type: 'JobStarted', data: { job: 'patch-a' } });
      follower.keepUp();
    }
    expect(server.asked).toHaveLength(before);
  });

  it('ends with what the server says, not with events that lag behind', async () => {
    await after(500);
    server.on('GET /campaigns/CHG-1/obligations', { json: [] });
    await follower.finish();
    follower.event({ type: 'ObligationOpened', data: { obligation: 'stopped:web', kind: 'stopped' } });
    expect(follower.picture.tally?.owed).toEqual({});
  });
});
