import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from './api';
import { FakeApi } from './testing/fake-api';
import { patchtide } from './testing/patchtide';
import { campaignView } from './testing/views';

describe('a server that does not do what was asked', () => {
  let api: FakeApi;
  const list = (env: NodeJS.ProcessEnv = {}) =>
    patchtide(['campaign', 'list'], { PATCHTIDE_URL: api.url, ...env });

  beforeAll(async () => (api = await FakeApi.start()));
  afterAll(() => api.stop());

  it('because it is not there', async () => {
    const gone = await FakeApi.start();
    const { url } = gone;
    await gone.stop();
    const { code, stdout, stderr } = await list({ PATCHTIDE_URL: url });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^no Patchtide server answers at http:\/\/127\.0\.0\.1:\d+ \(connect ECONNREFUSED/,
    );
    expect(stderr).toContain('Next: Start it with "npm start", or name another server');
  });

  it('because it does not answer: whether a command was carried out is then not known', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const patient = new Api({ url, token: null, tokenAdvice: '' }, 150);
    await expect(patient.get('/campaigns')).rejects.toMatchObject({
      message: `${url} did not answer within 0.15 s`,
      nextStep: 'Try again in a moment.',
      isPassing: true,
    });
    await expect(patient.post('/changes', {})).rejects.toMatchObject({
      nextStep: expect.stringMatching(/^Whether it was carried out is not known/),
    });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('because it speaks no TLS', async () => {
    const { code, stderr } = await list({ PATCHTIDE_URL: api.url.replace('http:', 'https:') });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/does not speak TLS\nNext: Write http:\/\/ instead/),
    ]);
  });

  it.each(['"text"', '7', 'null', '[]'])(
    'because it answers a question for one thing with %s',
    async (text) => {
      api.on('GET /campaigns/X', { text });
      const { code, stdout, stderr } = await patchtide(['campaign', 'show', 'X'], { PATCHTIDE_URL: api.url });
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('does not answer as Patchtide does');
    },
  );

  it('because it answers a question for many things with one, or with half of it', async () => {
    for (const text of ['{}', '[{"id":']) {
      api.on('GET /campaigns', { text });
      expect((await list()).stderr).toContain('does not answer as Patchtide does');
    }
    api.on('GET /campaigns/X/events', { text: '{"type":"JobFailed","data":{}}\n\u001b[2J' });
    const { stdout, stderr } = await patchtide(['audit', 'replay', 'X'], { PATCHTIDE_URL: api.url });
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('does not answer as Patchtide does')]);
  });

  it('because it is not Patchtide', async () => {
    api.on('GET /campaigns', { text: '<html><title>Welcome</title></html>', type: 'text/html' });
    const { code, stderr } = await list();
    expect(code).toBe(1);
    expect(stderr).toContain('does not answer as Patchtide does (HTTP 200, "<html><title>Welcome');
    api.on('GET /campaigns', { status: 502, text: '\u001b[2JBad gateway' });
    expect((await list()).stderr).toContain('(HTTP 502, "\ufffd[2JBad gateway")\nNext: Check --url');
  });

  it.each([
    [401, 'This token is not known here.', 'Use a token of this server. Give a token with --token'],
    [403, 'This needs the role approver.', 'Use the token of somebody with that role'],
    [500, 'The service has logged the cause.', 'Try again in a moment'],
    [503, 'nobody answers', 'Try again in a moment'],
  ])('because it refuses with %i: one sentence and the next step', async (status, detail, nextStep) => {
    api.on('GET /campaigns', { status, json: { title: 'Refused', status, detail } });
    const { code, stderr } = await list({ PATCHTIDE_TOKEN: 'x' });
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining(detail),
      expect.stringContaining(`Next: ${nextStep}`),
      '',
    ]);
    if (status === 500) expect(stderr).toMatch(/^http:\S+ failed \(HTTP 500\)\. /);
  });

  it('because it knows no such thing: the next step is a command', async () => {
    const json = {
      detail: 'there is no campaign "X"',
      code: 'unknown-campaign',
      nextStep: 'GET /v1/campaigns',
    };
    api.on('GET /campaigns/X', { status: 404, json });
    const { stderr } = await patchtide(['campaign', 'show', 'X'], { PATCHTIDE_URL: api.url });
    expect(stderr).toBe('there is no campaign "X"\nNext: See "patchtide campaign list".\n');
  });
});

describe('who asks', () => {
  let api: FakeApi;
  let directory: string;
  beforeAll(async () => {
    api = await FakeApi.start();
    api.on('GET /campaigns', { json: [] });
    api.on('GET /campaigns/CHG-1', { json: campaignView() });
    api.on('POST /campaigns/CHG-1/approve', { json: {} });
    directory = mkdtempSync(join(tmpdir(), 'patchtide-who-'));
    writeFileSync(
      join(directory, 'tokens.json'),
      '{"operator":"local-operator","approver":"local-approver"}',
    );
  });
  afterAll(async () => {
    await api.stop();
    rmSync(directory, { recursive: true });
  });
  const tokenOf = async (args: string[], env: NodeJS.ProcessEnv) => {
    await patchtide(args, { PATCHTIDE_URL: api.url, ...env });
    return api.asked.at(-1)?.token;
  };

  it('is named by the option, else by the variable, else by the local installation', async () => {
    const local = { PATCHTIDE_DATA_DIR: directory };
    const variable = { ...local, PATCHTIDE_TOKEN: 'variable' };
    expect(await tokenOf(['campaign', 'list', '--token', 'option'], variable)).toBe('option');
    expect(await tokenOf(['campaign', 'list'], variable)).toBe('variable');
    expect(await tokenOf(['campaign', 'list'], { ...local, PATCHTIDE_TOKEN: '' })).toBe('local-operator');
    expect(await tokenOf(['campaign', 'list'], {})).toBeNull();
  });

  it('approves as the approver of a local installation', async () => {
    expect(await tokenOf(['campaign', 'approve', 'CHG-1'], { PATCHTIDE_DATA_DIR: directory })).toBe(
      'local-approver',
    );
  });

  it('may name the server before or behind, with a slash at its end', async () => {
    for (const args of [
      ['--url', `${api.url}/`, 'campaign', 'list'],
      ['campaign', 'list', '--url', api.url],
    ]) {
      expect(await patchtide(args, {})).toMatchObject({ code: 0 });
    }
  });
});
