import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CHANGE_APPROVED, type Fault, subjects } from '@patchtide/contracts';
import { waitUntil } from '@patchtide/embedded';
import { type Bus, connectBus } from '@patchtide/messaging';
import type { Api } from './testing/api';
import {
  BAD_LANDSCAPE,
  BAD_POLICY,
  CSV_WITH_BROKEN_QUOTES,
  CSV_WITHOUT_ADDRESSES,
  GOOD_LANDSCAPE,
  LANDSCAPE_FAULTS,
  POLICY_FAULTS,
} from './testing/bad-files';
import { Campaign, type IncidentView } from './testing/campaigns';
import { readLog } from './testing/history';
import { changeFor } from './testing/inputs';
import { type Night, startNight } from './testing/night';

const WAIT_MS = 30_000;
const TOMORROW_MS = Date.now() + 86_400_000;
const PAST = {
  start: '2020-11-29T22:00:00+01:00',
  end: '2020-11-30T02:00:00+01:00',
  timezone: 'Europe/Berlin',
};
const FUTURE = {
  start: new Date(TOMORROW_MS).toISOString(),
  end: new Date(TOMORROW_MS + 3_600_000).toISOString(),
  timezone: 'Europe/Berlin',
};
/** Everything at once that only a planner can find. */
const impossible = (id: string) =>
  changeFor(id, {
    window: PAST,
    policy: 'nobody-knows',
    scope: { applications: ['crm', 'shop'], servers: ['srv-77'] },
  });
const IMPOSSIBLE = ['/window/end', '/policy', '/scope/applications/1', '/scope/servers/0'];
const good = (id: string) => changeFor(id, { window: FUTURE, policy: 'standard' });

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly nextStep?: string;
  readonly faults?: readonly Fault[];
}

describe('bad input', () => {
  let night: Night;
  let bus: Bus;
  let operator: Api;
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    night = await startNight({ without: ['execution-agent', 'monitoring-suppression'] });
    ends.push(night.stop);
    bus = await connectBus({ url: night.system.natsUrl, name: 'sender' });
    ends.push(() => bus.close(500));
    operator = night.api('operator');
  }, 120_000);
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  /** Runs a command that must be refused for these faults: as data, and in words that name file, line and remedy. */
  async function expectFaults(
    file: string,
    expected: readonly (readonly [string, string])[],
    ...args: string[]
  ): Promise<Fault[]> {
    const { code, stdout, stderr } = await night.patchtide(...args, '--json');
    expect(code).toBe(1);
    const { faults } = JSON.parse(stdout) as { faults: Fault[] };
    for (const [place, message] of expected) {
      const [position = '', path = ''] = place.split(' ');
      const found = faults.find(
        (fault) => `${fault.line}:${fault.column}` === position && fault.path === path,
      );
      expect([place, found?.file]).toEqual([place, file]);
      expect([place, found?.message]).toEqual([place, expect.stringContaining(message)]);
      expect(stderr).toContain(`${file}:${position}`);
      expect(stderr).toContain(found?.remedy);
    }
    return faults;
  }

  const incidents = () => operator.get<IncidentView[]>('/incidents');
  const campaigns = () => operator.get<{ id: string; status: string }[]>('/campaigns');

  describe('in a landscape', () => {
    it('is told by the command line all at once, with file, line and remedy', async () => {
      const file = await night.file('landscape.yaml', BAD_LANDSCAPE);
      await expectFaults(file, LANDSCAPE_FAULTS, 'landscape', 'import', file);
      const noAddress = await night.file('no-address.csv', CSV_WITHOUT_ADDRESSES);
      const noAddresses = [
        ['1:1 ', 'column "address" is missing'],
        ['3:1 ', '"cluster" is not a type'],
      ] as const;
      await expectFaults(noAddress, noAddresses, 'landscape', 'import', noAddress);
      const quotes = await night.file('quotes.csv', CSV_WITH_BROKEN_QUOTES);
      const broken = [
        ['2:16 ', 'a quote stands inside a cell'],
        ['3:1 ', 'the row has 4 cells, the header 5'],
        ['4:14 ', 'never ends'],
      ] as const;
      await expectFaults(quotes, broken, 'landscape', 'import', quotes);
    });

    it('is told by the API all at once, and nothing is imported', async () => {
      const [first] = GOOD_LANDSCAPE.servers;
      const landscape = {
        ...GOOD_LANDSCAPE,
        servers: [first, { ...first, id: 'srv-2', name: 'a\nb' }],
        relations: [{ type: 'dependsOn', from: 'web', to: 'x' }],
      };
      const { status, body } = await operator.ask<Problem>('POST', '/landscapes', {
        source: 'test',
        landscape,
      });
      expect(status).toBe(422);
      expect(body.faults?.map(({ path }) => path).sort()).toEqual([
        '/relations/0/to',
        '/servers/1/address',
        '/servers/1/name',
      ]);
      const change = await night.file('change.json', good('CHG-NOWHERE'));
      const refused = await night.patchtide('change', 'submit', change);
      expect(refused).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no landscape has been imported'),
      });
    });
  });

  describe('in a change or its policy', () => {
    beforeAll(async () => {
      const file = await night.file('good.json', GOOD_LANDSCAPE);
      expect(await night.patchtide('landscape', 'import', file)).toMatchObject({ code: 0 });
    });

    it('is told by a plan made offline, file by file', async () => {
      const [landscape, policy, change] = await Promise.all([
        night.file('landscape.json', GOOD_LANDSCAPE),
        night.file('policy.yaml', BAD_POLICY),
        night.file('change.json', impossible('CHG-OFFLINE')),
      ]);
      const args = ['plan', 'build', '--landscape', landscape, '--policy', policy, '--change', change];
      const faults = await expectFaults(policy, POLICY_FAULTS, ...args);
      const ofChange = faults.filter(({ file }) => file === change).map(({ path }) => path);
      expect(ofChange.sort()).toEqual(['/scope/applications/1', '/scope/servers/0', '/window/end']);
    });

    it('rejects the campaign with every reason at once, by whatever way it came', async () => {
      const file = await night.file('impossible.json', impossible('CHG-CLI'));
      const submitted = await night.patchtide('change', 'submit', file, '--json');
      expect(submitted.code).toBe(1);
      const { faults } = JSON.parse(submitted.stdout) as { faults: Fault[] };
      expect(faults.map(({ path }) => path).sort()).toEqual([...IMPOSSIBLE].sort());
      expect((await operator.ask('POST', '/changes', impossible('CHG-HTTP'))).status).toBe(202);
      await night.publish(impossible('CHG-BUS'));
      for (const id of ['CHG-HTTP', 'CHG-BUS']) {
        const campaign = new Campaign(operator, id);
        const { reasons } = await campaign.until(['rejected'], WAIT_MS);
        expect(reasons.map(({ path }) => path).sort()).toEqual([...IMPOSSIBLE].sort());
        expect(reasons.every(({ remedy }) => remedy.length > 10)).toBe(true);
        const open = await campaign.reaches('its incident', async () =>
          (await campaign.incidents()).find(({ status }) => status === 'open'),
        );
        expect(open).toMatchObject({ kind: 'campaign-rejected', faults: reasons });
      }
    });

    it('is told when the policy that it names is no policy', async () => {
      await night.addPolicyText('bad.yaml', BAD_POLICY);
      const file = await night.file('bad-policy.json', { ...good('CHG-POLICY'), policy: 'bad' });
      const policy = join(night.system.directory.policies, 'bad.yaml');
      await expectFaults(policy, POLICY_FAULTS, 'change', 'submit', file);
    });

    it('can be corrected under the same id', async () => {
      const file = await night.file('corrected.json', good('CHG-CLI'));
      expect(await night.patchtide('change', 'submit', file)).toMatchObject({ code: 0 });
      const campaign = new Campaign(operator, 'CHG-CLI');
      await campaign.reaches('its incident to close', async () =>
        (await campaign.incidents()).every(({ status }) => status === 'resolved'),
      );
    });
  });

  describe('on the bus', () => {
    const envelope = (data: unknown, more: object = {}) => ({
      specversion: '1.0',
      id: randomUUID(),
      source: 'urn:test',
      type: CHANGE_APPROVED,
      data,
      ...more,
    });
    const invalidChanges = async () => (await incidents()).filter(({ kind }) => kind === 'invalid-change');

    it('goes to the dead letters with its reasons, becomes an incident, and does not block what is behind it', async () => {
      const { title: _left, ...untitled } = good('CHG-UNTITLED');
      const messages = [
        '{ not json',
        good('CHG-BARE'),
        envelope(good('CHG-TYPE'), { type: 'change.rejected' }),
        envelope({ ...untitled, id: 'a b', urgent: true, window: { ...FUTURE, end: 'soon' } }),
      ];
      for (const message of messages) await bus.publish(subjects.changesApproved, message);
      await night.publish(good('CHG-BEHIND'));
      await new Campaign(operator, 'CHG-BEHIND').until(['approved'], WAIT_MS);
      const found = await waitUntil(
        async () => (await invalidChanges()).length >= messages.length && invalidChanges(),
        {
          timeoutMs: WAIT_MS,
          what: 'an incident for every message',
        },
      );
      expect(found).toHaveLength(messages.length);
      const all = found.map(({ faults }) => faults.map(({ message }) => message));
      const worst = all.find((lines) => lines.some((line) => line.includes('/data/id')))?.join('\n');
      for (const path of ['/data/title', '/data/urgent', '/data/window/end']) expect(worst).toContain(path);
      expect((await campaigns()).map(({ id }) => id)).not.toEqual(expect.arrayContaining(['CHG-BARE']));
    });
  });

  describe('in a request', () => {
    interface Case {
      readonly status: number;
      readonly call: string;
      readonly body?: unknown;
      readonly role: Parameters<Night['api']>[0];
    }
    const cases: readonly Case[] = [
      { status: 401, call: 'GET /campaigns', role: null },
      { status: 401, call: 'GET /incidents', role: null },
      { status: 403, call: 'POST /changes', body: good('CHG-VIEWER'), role: 'viewer' },
      { status: 403, call: 'POST /campaigns/CHG-CLI/abort', body: {}, role: 'viewer' },
      { status: 404, call: 'GET /campaigns/CHG-NOBODY', role: 'viewer' },
      { status: 404, call: 'GET /campaigns/CHG-CLI/jobs/stop-nobody', role: 'viewer' },
      { status: 404, call: 'GET /nowhere', role: 'viewer' },
      { status: 404, call: 'POST /campaigns/CHG-NOBODY/pause', body: {}, role: 'operator' },
      { status: 422, call: 'POST /changes', body: { id: 'a b' }, role: 'operator' },
      { status: 422, call: 'GET /campaigns/CHG-CLI/state?at=yesterday', role: 'viewer' },
      { status: 422, call: 'GET /campaigns/CHG-CLI/events?from=-1', role: 'viewer' },
      { status: 400, call: 'POST /changes', body: '{ not json', role: 'operator' },
    ];

    it.each(cases)('$call is answered $status to $role', async ({ status, call, body, role }) => {
      const [method = '', path = ''] = call.split(' ');
      const answer = await night.api(role).ask<Problem>(method, path, body);
      expect(answer.status).toBe(status);
      expect(answer.contentType).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
      if (status === 422) expect(answer.body.faults?.length).toBeGreaterThan(0);
    });

    it('names every field of a change that is wrong', async () => {
      const { body } = await operator.ask<Problem>('POST', '/changes', {
        ...good('a b'),
        title: 'x'.repeat(300),
        urgent: true,
      });
      expect(body.faults?.map(({ path }) => path).sort()).toEqual(['/id', '/title', '/urgent']);
      expect(body.nextStep).toBeTruthy();
    });
  });

  it.each([
    [[]],
    [['campaign', 'explode', 'CHG-1']],
    [['job', 'retry', 'CHG-1']],
    [['job', 'retry', 'CHG-1', 'stop-db']],
    [['campaign', 'list', '--loud']],
  ])('on the command line %j is a question of usage, with exit code 2', async (args) => {
    const { code, stdout, stderr } = await night.patchtide(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/usage|--help/i);
  });

  it('has started nothing', async () => {
    const all = await campaigns();
    expect(all.map(({ id, status }) => `${id} ${status}`).sort()).toEqual([
      'CHG-BEHIND approved',
      'CHG-BUS rejected',
      'CHG-CLI approved',
      'CHG-HTTP rejected',
      'CHG-NOWHERE rejected',
      'CHG-POLICY rejected',
    ]);
    const types = await Promise.all(
      all.map(async ({ id }) => (await new Campaign(operator, id).events()).map(({ type }) => type)),
    );
    expect(types.flat().filter((type) => /^Job|^Obligation|Started$/.test(type))).toEqual([]);
    expect((await readLog(night.system)).isVerified).toBe(true);
  });
});
