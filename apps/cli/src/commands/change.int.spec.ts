import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, FakeApi } from '../testing/fake-api';
import { patchtide } from '../testing/patchtide';
import { campaignView } from '../testing/views';
import type { CampaignView } from '../views';

const CHANGE = {
  id: 'CHG-9',
  title: 'x',
  scope: {},
  window: { start: '2099-01-01T22:00:00Z', end: '2099-01-02T02:00:00Z', timezone: 'Europe/Berlin' },
  policy: 'standard',
  requestedBy: 'm.weber',
};
const UNSEEN = { status: 404, json: { detail: 'there is no campaign "CHG-9"' } };

describe('a change that is submitted', () => {
  let api: FakeApi;
  let directory: string;
  const submit = (change: object, ...more: string[]) => {
    const file = join(directory, 'change.json');
    writeFileSync(file, JSON.stringify(change));
    return patchtide(['change', 'submit', file, ...more], { PATCHTIDE_URL: api.url });
  };
  /** The campaign at one look after the other; the last one stays. */
  const shows = (...looks: readonly (Partial<CampaignView> | null)[]) => {
    const answers = looks.map((look): Answer =>
      look ? { json: campaignView({ id: 'CHG-9', ...look }) } : UNSEEN,
    );
    let next = 0;
    api.on('GET /campaigns/CHG-9', () => answers[Math.min(next++, answers.length - 1)] ?? UNSEEN);
  };
  const isAnswered = (...events: string[]) =>
    api.on('POST /changes', { status: 202, json: { campaign: 'CHG-9', events } });

  beforeEach(async () => {
    api = await FakeApi.start();
    directory = mkdtempSync(join(tmpdir(), 'patchtide-change-'));
  });
  afterEach(async () => {
    await api.stop();
    rmSync(directory, { recursive: true });
  });

  it('is waited for until it has a plan, and then says what comes next', async () => {
    isAnswered('ChangeAccepted');
    shows(null, null, { status: 'planning' }, { status: 'planned' });
    const { code, stdout, stderr } = await submit(CHANGE);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('CHG-9 is planned: 2 servers, 10 jobs.');
    expect(stdout).toContain('patchtide campaign approve CHG-9');
    expect(api.asked.find(({ method }) => method === 'POST')?.body).toEqual(CHANGE);
  });

  it('a second time is not taken for planned before its new version is', async () => {
    isAnswered('ChangeAccepted');
    const rejected = { status: 'rejected', revision: 1, reasons: [] };
    shows(rejected, rejected, { status: 'approved', revision: 2 });
    const { code, stdout } = await submit(CHANGE, '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { status: 'approved', revision: 2 }]);
  });

  it('is refused with every reason why it has no plan', async () => {
    isAnswered();
    const reasons = [
      { path: '/policy', message: 'is unknown', remedy: 'Name another.' },
      { path: '/scope', message: 'is empty', remedy: 'Widen it.' },
    ];
    shows({ status: 'rejected', reasons });
    const { code, stdout, stderr } = await submit(CHANGE);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/\/policy: is unknown[^]*\/scope: is empty[^]*Next: Correct it/);
  });

  it('is not sent when it is wrong in itself', async () => {
    const { code, stderr } = await submit({
      ...CHANGE,
      id: 'CHG 9',
      window: { ...CHANGE.window, end: 'soon' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/change\.json:1:\d+ \/id[^]*change\.json:1:\d+ \/window\/end/);
    expect(api.asked).toEqual([]);
  });
});
