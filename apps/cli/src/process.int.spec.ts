import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@patchtide/embedded';
import { FakeApi } from './testing/fake-api';
import { campaignView } from './testing/views';

const APP = join(__dirname, '..');
const PROGRAM = join(APP, 'bin', 'patchtide.js');

describe('the program', () => {
  let api: FakeApi;
  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [PROGRAM, ...args], { env: { PATCHTIDE_URL: api.url, HOME: '/nonexistent' } });

  beforeAll(async () => {
    if (!existsSync(join(APP, 'dist', 'main.js'))) throw new Error('it is not built: run `npm run build`');
    api = await FakeApi.start();
    api.on('GET /campaigns', {
      json: Array.from({ length: 5_000 }, (_, i) => campaignView({ id: `CHG-${i}` })),
    });
    api.on('GET /campaigns/CHG-1', { json: campaignView() });
    for (const route of ['/campaigns/CHG-1/jobs', '/campaigns/CHG-1/obligations', '/incidents']) {
      api.on(`GET ${route}`, { json: [] });
    }
  });
  afterAll(() => api.stop());

  it('writes everything before it ends, with its exit code', async () => {
    const child = start('campaign', 'list', '--json');
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(JSON.parse(text)).toHaveLength(5_000);
    expect(await once(start('campaign', 'frob'), 'close')).toEqual([2, null]);
    expect(await once(start('campaign', 'show', 'CHG-X'), 'close')).toEqual([1, null]);
  });

  it('is quiet when its reader has seen enough', async () => {
    const child = start('campaign', 'list');
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (words += chunk));
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(words).toBe('');
  });

  it('leaves a watch at Ctrl-C and says that the campaign goes on', async () => {
    const child = start('campaign', 'watch', 'CHG-1');
    let [said, words] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (words += chunk));
    await waitUntil(() => said !== '', { timeoutMs: 20_000, what: 'the first line' });
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(words).toMatch(/^CHG-1 goes on without this view\./);
  });
});
