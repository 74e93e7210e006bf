import { FakeApi } from './testing/fake-api';
import { patchtide } from './testing/patchtide';
import { estate, planFor } from './testing/plan-of';
import { campaignView, incidentView, jobView, NOW, obligationView } from './testing/views';

/** Clears the screen, colours what follows, names the window, turns the order of letters. */
const EVIL = 'x\u001b[2J\u009b31m\u001b]0;y\u0007\u202e\n';

/** Everything that a server can put into a text, put into every text. */
function evil<T>(value: T): T {
  const spoiled: unknown = JSON.parse(JSON.stringify(value), (key: string, one: unknown) =>
    typeof one === 'string' && !KEPT.has(key) ? `${one}${EVIL}` : one,
  );
  return spoiled as T;
}
/** Moments, and what is compared with known words. */
const KEPT = new Set([
  'at',
  'start',
  'end',
  'since',
  'openedAt',
  'startedAt',
  'estimatedStart',
  'estimatedEnd',
  'until',
  ...['downFrom', 'upAt', 'lastSafeMoment', 'p50End', 'p90End', 'p99End'],
  ...['action', 'from', 'rule', 'verdict', 'server'],
]);

const campaign = campaignView({
  exhaustedBudgets: ['tier db'],
  paused: { by: 'm.weber', reason: 'storage' },
  reasons: [{ path: '/policy', message: 'is unknown', remedy: 'Name another.' }],
  jobs: { succeeded: 3, [`failed${EVIL}`]: 1 },
});
const job = jobView('stop-db', { outputTail: 'one\ntwo', waitingBecause: 'limit', answers: ['retry'] });
const stated = {
  packages: [
    { name: 'nginx', from: '1.22.1-9', to: '1.22.1-9+deb12u1' },
    { name: 'libssl3', from: null, to: '3.0.15-1' },
  ],
  facts: { held: 'curl is on hold' },
};
const obligations = [obligationView('stopped:db'), obligationView('muted:srv-1', { open: false })];
const conditions = [
  { name: 'month-end-closed', met: false, until: null, by: null, reason: '', at: null, waiting: 14 },
  { name: 'quiet', met: true, until: NOW, by: 'k.lindner', reason: 'called', at: NOW, waiting: 0 },
];
const event = { type: 'JobFailed', at: NOW, actor: 'agent', data: { job: 'stop-db', summary: 'no' } };

const LOOKS = [
  ['campaign list', 'running'],
  ['campaign show CHG-1', 'Sun 29 Nov 18:00 to 22:00'],
  ['campaign plan CHG-1', 'STOP_DB'],
  ['job list CHG-1', 'STOP_DB'],
  ['job list CHG-1 --status failed --action STOP --server s --application crm', 'STOP_DB'],
  ['job show CHG-1 stop-db', 'patchtide job retry'],
  ['incident list', 'CHG-1~stop-db'],
  ['incident list --all --campaign CHG-1', 'CHG-1~stop-db'],
  ['incident show CHG-1~stop-db', 'patchtide job retry'],
  ['obligation list CHG-1', 'OPEN'],
  ['condition list CHG-1', 'nobody'],
  ['audit replay CHG-1', 'JobFailed'],
  [`audit replay CHG-1 --at ${NOW}`, 'November patches'],
] as const;

describe('a look at what the server has', () => {
  let api: FakeApi;
  const look = (...args: string[]) => patchtide(args, { PATCHTIDE_URL: api.url });

  beforeAll(async () => {
    api = await FakeApi.start();
    const answers = {
      '/campaigns': [campaign],
      '/campaigns/CHG-1': campaign,
      '/campaigns/CHG-1/plan': planFor(estate(1)),
      '/campaigns/CHG-1/jobs': [job],
      '/campaigns/CHG-1/jobs/stop-db': { ...job, ...stated },
      '/campaigns/CHG-1/obligations': obligations,
      '/campaigns/CHG-1/conditions': conditions,
      '/campaigns/CHG-1/state': { ...campaign, at: NOW, jobStates: [job], obligations },
      '/incidents': [incidentView('stop-db')],
      '/incidents/CHG-1~stop-db': incidentView('stop-db', { outputTail: 'one\ntwo', facts: stated.facts }),
    };
    for (const [path, json] of Object.entries(answers)) api.on(`GET ${path}`, { json: evil(json) });
    api.on('GET /campaigns/CHG-1/events', { text: `${JSON.stringify(evil(event))}\n` });
  });
  afterAll(() => api.stop());

  it.each(LOOKS)('%s is for people, and harmless whatever the data is', async (line, words) => {
    const { code, stdout, stderr } = await look(...line.split(' '));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(words);
    // eslint-disable-next-line no-control-regex -- that there is none is the rule
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it.each(LOOKS)('%s is JSON, whole and harmless, with --json before or behind', async (line) => {
    const args = line.split(' ');
    for (const asked of [
      ['--json', ...args],
      [...args, '--json'],
    ]) {
      const { code, stdout, stderr } = await look(...asked);
      expect([code, stderr]).toEqual([0, '']);
      expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(EVIL).slice(1, -1));
      // eslint-disable-next-line no-control-regex -- that there is none is the rule
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  it('watch is as harmless', async () => {
    const ended = { ...campaign, status: 'completed' };
    api.on('GET /campaigns/CHG-2', { json: { ...evil(ended), status: 'completed' } });
    api.on('GET /campaigns/CHG-2/jobs', { json: evil([job]) });
    api.on('GET /campaigns/CHG-2/obligations', { json: evil(obligations) });
    const { code, stdout, stderr } = await look('campaign', 'watch', 'CHG-2');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('STOP_DB');
    // eslint-disable-next-line no-control-regex -- that there is none is the rule
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('tells what a job has changed on its host, and what the host noted', async () => {
    api.on('GET /campaigns/CHG-3/jobs', { json: [job] });
    api.on('GET /campaigns/CHG-3/jobs/stop-db', { json: { ...job, ...stated } });
    const { stdout } = await look('job', 'show', 'CHG-3', 'stop-db');
    expect(stdout).toMatch(/^ {2}noted {5}held: curl is on hold$/m);
    expect(stdout).toMatch(
      /^nginx {4}1\.22\.1-9 -> 1\.22\.1-9\+deb12u1\nlibssl3 {2}not installed -> 3\.0\.15-1$/m,
    );
    api.on('GET /incidents/CHG-3~stop-db', { json: incidentView('stop-db', { facts: stated.facts }) });
    expect((await look('incident', 'show', 'CHG-3~stop-db')).stdout).toContain(
      '  noted     held: curl is on hold',
    );
  });

  it('is as good where nothing was changed or noted', async () => {
    api.on('GET /campaigns/CHG-3/jobs', { json: [job] });
    api.on('GET /campaigns/CHG-3/jobs/stop-db', { json: { ...job, packages: [], facts: {} } });
    expect((await look('job', 'show', 'CHG-3', 'stop-db')).stdout).not.toMatch(/package|noted/);
  });

  it('tells everything that is wrong with a refused message, and of no job', async () => {
    const faults = [
      { path: 'changes', message: '/data/scope is missing.', remedy: 'Publish it again.' },
      { path: 'changes', message: `/data/id "${EVIL}" is none.`, remedy: 'Publish it again.' },
    ];
    api.on('GET /incidents/dead-1', { json: incidentView('x', { job: null, answers: [], faults }) });
    const { stdout } = await look('incident', 'show', 'dead-1');
    expect(stdout).toMatch(/fault {5}\/data\/scope is missing\. Publish it again\.\n {2}fault {5}\/data\/id/);
    expect(stdout).not.toContain('waiting');
  });

  it('says so where there is nothing', async () => {
    for (const path of ['/campaigns', '/campaigns/C/jobs', '/campaigns/C/obligations', '/incidents']) {
      api.on(`GET ${path}`, { json: [] });
    }
    expect((await look('campaign', 'list')).stdout).toMatch(/^No campaigns yet/);
    expect((await look('job', 'list', 'C')).stdout).toBe('No such jobs.\n');
    expect((await look('obligation', 'list', 'C')).stdout).toBe('Nothing is owed.\n');
    expect((await look('incident', 'list')).stdout).toBe('No open incidents.\n');
    expect((await look('incident', 'list', '--all')).stdout).toBe('No incidents.\n');
    expect((await look('campaign', 'list', '--json')).stdout).toBe('[]\n');
  });

  it('at a moment before the campaign says that there was none', async () => {
    const json = { ...campaignView({ status: 'none' }), at: NOW, jobStates: [], obligations: [] };
    api.on('GET /campaigns/CHG-3/state', { json });
    const { code, stdout } = await look('audit', 'replay', 'CHG-3', '--at', NOW);
    expect([code, stdout]).toEqual([0, `CHG-1 did not exist yet at ${NOW}.\n`]);
  });

  it.each(['../incidents?x=1#y', 'a/b', 'ä ö'])('at %s asks for nothing else', async (id) => {
    await look('campaign', 'show', id);
    expect(api.asked.at(-1)?.path).toBe(`/v1/campaigns/${encodeURIComponent(id)}`);
  });

  it.each(['campaign show', 'campaign plan', 'campaign watch', 'incident show', 'obligation list'])(
    '%s at a name that is none is a wrong command line',
    async (verb) => {
      const before = api.asked.length;
      for (const name of ['', '.', '..']) {
        expect(await look(...verb.split(' '), name)).toMatchObject({ code: 2, stdout: '' });
      }
      expect(api.asked).toHaveLength(before);
    },
  );
});
