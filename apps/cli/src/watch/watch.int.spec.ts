import { waitUntil } from '@patchtide/embedded';
import { FakeApi } from '../testing/fake-api';
import { patchtide } from '../testing/patchtide';
import { campaignView, incidentView, jobView, obligationView, secondsAgo } from '../testing/views';
import type { CampaignView } from '../views';

const closed = { outcome: 'completed', at: secondsAgo(0), serversPatched: 2 };

describe('a watch', () => {
  let api: FakeApi;
  const show = (more: Partial<CampaignView> = {}) =>
    api.on('GET /campaigns/CHG-1', { json: campaignView(more) });
  const end = (status: string) => show({ status, closed: { ...closed, outcome: status }, forecast: null });
  const watch = (...args: string[]) =>
    patchtide(['campaign', 'watch', 'CHG-1', ...args], { PATCHTIDE_URL: api.url });
  const looks = () => api.asked.filter(({ path }) => path === '/v1/campaigns/CHG-1').length;
  /** It listens once it has looked. */
  const isListening = () => api.asked.some(({ path }) => path === '/v1/stream?campaign=CHG-1');
  const seen = (what: string, condition: () => boolean) => waitUntil(condition, { timeoutMs: 10_000, what });

  beforeEach(async () => {
    api = await FakeApi.start();
    show();
    api.on('GET /campaigns/CHG-1/jobs', { json: [jobView('patch-a')] });
    api.on('GET /campaigns/CHG-1/obligations', { json: [obligationView('stopped:db')] });
    api.on('GET /incidents', { json: [] });
  });
  afterEach(() => api.stop());

  it('ends with the campaign: 0 when it completed, its story on stdout', async () => {
    const watching = watch();
    await seen('the first look', isListening);
    api.on('GET /incidents', { json: [incidentView('stop-db')] });
    end('completed');
    const { code, stdout, stderr } = await watching;
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines[0]).toContain('CHG-1 running: 3 of 10 jobs done');
    expect(stdout).toContain('incident STOP_DB open: Ended with exit code 1.');
    expect(lines.at(-2)).toContain('CHG-1 completed: ');
  });

  it.each(['aborted', 'window-closed', 'rejected'])(
    'ends with 1 when the campaign was %s',
    async (status) => {
      end(status);
      const { code, stderr } = await watch();
      expect(code).toBe(1);
      expect(stderr).toBe(`CHG-1 ended as ${status}\nNext: See "patchtide campaign show CHG-1".\n`);
    },
  );

  it('keeps stdout for the result with --json', async () => {
    end('completed');
    const { code, stdout, stderr } = await watch('--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'CHG-1', status: 'completed' });
    expect(stderr).toContain('CHG-1 completed');
  });

  it('listens to the events of its campaign', async () => {
    const watching = watch();
    await seen('the stream', isListening);
    end('completed');
    api.send(1, 'CampaignClosed', {});
    expect((await watching).code).toBe(0);
  });

  it('outlasts a server that is away for a moment', async () => {
    const watching = watch();
    await seen('the first look', isListening);
    api.on('GET /campaigns/CHG-1', { status: 503, json: { detail: 'starting' } });
    const before = looks();
    await seen('a look that failed', () => looks() > before);
    end('completed');
    expect((await watching).code).toBe(0);
  });

  it('does not begin where there is nothing to see', async () => {
    api.on('GET /campaigns/CHG-1', { status: 404, json: { detail: 'there is no campaign "CHG-1"' } });
    expect(await watch()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^there is no campaign/),
    });
  });

  it('ends when the token is taken away', async () => {
    const watching = watch();
    await seen('the first look', isListening);
    api.on('GET /campaigns/CHG-1', { status: 401, json: { detail: 'This token is not known here.' } });
    const { code, stderr } = await watching;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^This token is not known here/)]);
  });
});
