import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidencePack } from '../testing/evidence';
import { FakeApi } from '../testing/fake-api';
import { patchtide } from '../testing/patchtide';

describe('an evidence pack', () => {
  let api: FakeApi;
  let directory: string;
  let file: string;
  let pack: string;
  const exported = (...more: string[]) =>
    patchtide(['audit', 'export', 'CHG-1', ...more], { PATCHTIDE_URL: api.url });
  const verified = (...args: string[]) => patchtide(['audit', 'verify', ...args]);

  beforeEach(async () => {
    api = await FakeApi.start();
    pack = JSON.stringify(await evidencePack());
    api.on('GET /campaigns/CHG-1/evidence', { text: pack });
    directory = mkdtempSync(join(tmpdir(), 'patchtide-audit-'));
    file = join(directory, 'evidence.json');
  });
  afterEach(async () => {
    await api.stop();
    rmSync(directory, { recursive: true });
  });

  it('is written to a file, and verified there without a server', async () => {
    expect(await exported('--out', file)).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout } = await verified(file);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Verified: 7 events in 4 chains/)]);
    expect(JSON.parse((await verified(file, '--json')).stdout)).toMatchObject({ events: 7, streams: 4 });
  });

  it('never replaces a file', async () => {
    writeFileSync(file, 'older evidence');
    const { code, stderr } = await exported('--out', file);
    expect([code, stderr]).toEqual([1, expect.stringContaining('exists already')]);
    expect(readFileSync(file, 'utf8')).toBe('older evidence');
  });

  it('can be piped on', async () => {
    expect(JSON.parse((await exported()).stdout)).toEqual(JSON.parse(pack));
  });

  it('that was altered is refused, with the event', async () => {
    await exported('--out', file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"outcome":"completed"', '"outcome":"complexed"'));
    const { code, stdout, stderr } = await verified(file);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/NOT what was recorded[^]*event 4 \(CampaignClosed\) was altered/);
    expect(JSON.parse((await verified(file, '--json')).stdout)).toMatchObject({
      faults: [{ path: '/streams/campaign-CHG-1/3' }],
    });
  });

  it('that the server does not have as JSON is not written at all', async () => {
    api.on('GET /campaigns/CHG-1/evidence', { text: '{"campaign":"\u001b[2J' });
    const { code, stdout, stderr } = await exported();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('does not answer as Patchtide does');
  });
});
