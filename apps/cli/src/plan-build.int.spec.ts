import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@patchtide/contracts';
import { patchtide } from './testing/patchtide';

const EXAMPLES = join(__dirname, '..', '..', '..', 'examples');
const example = (name: string) => join(EXAMPLES, name);
const AT = '2026-11-22T10:00:00Z';

describe('a plan made of files', () => {
  let directory: string;
  const build = (files: Partial<Record<'landscape' | 'policy' | 'change', string>>, ...more: string[]) => {
    const given = {
      landscape: example('landscape.yaml'),
      policy: example('policy-standard.yaml'),
      change: example('change.yaml'),
      ...files,
    };
    const options = Object.entries(given).flatMap(([name, path]) => [`--${name}`, path]);
    return patchtide(['plan', 'build', ...options, ...more]);
  };
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };

  beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'patchtide-plan-'))));
  afterAll(() => rmSync(directory, { recursive: true }));

  it('is the same to the byte for the same files and moment, and another one at another moment', async () => {
    const [one, two, other] = await Promise.all([
      build({}, '--at', AT, '--json'),
      build({}, '--json', '--at', '2026-11-22T11:00:00+01:00'),
      build({}, '--at', '2026-11-23T10:00:00Z', '--json'),
    ]);
    expect([one.code, one.stderr]).toEqual([0, '']);
    expect(two.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  it('has everything that others rely on', async () => {
    const plan = JSON.parse((await build({}, '--at', AT, '--json')).stdout) as Plan;
    expect(plan).toMatchObject({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      exclusions: expect.any(Array),
      forecast: { end: expect.any(String), fits: expect.any(Boolean) },
    });
    const ids = new Set(plan.jobs.map(({ id }) => id));
    const names = ['id', 'name', 'action', 'ci', 'server', 'application', 'dependsOn', 'wave'];
    for (const job of plan.jobs) {
      expect(Object.keys(job)).toEqual(expect.arrayContaining([...names, 'estimatedStart', 'estimatedEnd']));
      expect(job.dependsOn.filter((id) => !ids.has(id))).toEqual([]);
    }
  });

  it('is read by people: does it fit, and every job in the order of time on its server', async () => {
    const { code, stdout } = await build({}, '--at', AT);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Plan of CHG0031337 under policy standard\n/);
    expect(stdout).toMatch(/^ {2}expected +fits: ends Sun 28 Nov 22:\d\d after .* to spare$/m);
    expect(stdout).toMatch(/^ {4}crm: 4 servers, down 22:\d\d:\d\d-22:\d\d:\d\d \(\d+ min\)$/m);
    const job = /^ {8}(\d\d:\d\d:\d\d)-\d\d:\d\d:\d\d {2}.* [A-Z]+_[A-Z]+_[a-z-]+(\d\d)?/gm;
    expect([...stdout.matchAll(job)].length).toBeGreaterThan(40);
  });

  it('draws it into a new file, and never over another', async () => {
    const picture = join(directory, 'plan.svg');
    const first = await build({}, '--at', AT, '--json', '--gantt', picture);
    expect([first.code, first.stderr]).toEqual([0, `Drawn into ${picture}.\n`]);
    expect(JSON.parse(first.stdout)).toMatchObject({ change: 'CHG0031337' });
    expect(readFileSync(picture, 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);
    const second = await build({}, '--at', AT, '--gantt', picture);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('exists already');
  });

  it('reckons with past campaigns, says so, and is the same again with the same history', async () => {
    const entry = {
      action: 'PATCH',
      kind: 'debian',
      ci: null,
      samples: 34,
      p50Ms: 720_000,
      p90Ms: 900_000,
      p99Ms: 1_000_000,
    };
    const history = file('history.json', JSON.stringify({ entries: [entry] }));
    const [one, two] = await Promise.all(
      [1, 2].map(() => build({}, '--at', AT, '--history', history, '--json')),
    );
    expect(two?.stdout).toBe(one?.stdout);
    expect((JSON.parse(one?.stdout ?? '') as Plan).historyDigest).toMatch(/^sha256:/);
    expect((await build({}, '--at', AT, '--history', history)).stdout).toMatch(
      /12 min +[* ] PATCH_OS_crm-web-01 +34 samples of .*, p90 15 min$/m,
    );
    const broken = file('broken.json', JSON.stringify({ entries: [{ ...entry, samples: 0 }] }));
    const { code, stderr } = await build({}, '--at', AT, '--history', broken);
    expect(code).toBe(1);
    expect(stderr).toMatch(/broken\.json:1:\d+ \/entries\/0\/samples/);
  });

  it('takes the next window of a rule', async () => {
    const text = readFileSync(example('change.yaml'), 'utf8');
    const rule =
      'window: { rule: patch-tuesday, plusDays: 5, at: "22:00", lasts: 4h, timezone: Europe/Berlin }';
    const change = file('rule.yaml', text.replace(/^window:.*$/m, rule));
    const plan = JSON.parse((await build({ change }, '--at', AT, '--json')).stdout) as Plan;
    expect(new Date(plan.window.start).toISOString()).toBe('2026-12-13T21:00:00.000Z');
    const wrong = file('wrong-rule.yaml', text.replace(/^window:.*$/m, rule.replace('4h', 'long')));
    const { code, stderr } = await build({ change: wrong }, '--at', AT);
    expect(code).toBe(1);
    expect(stderr).toMatch(/wrong-rule\.yaml:5:\d+ \/window\/lasts/);
  });

  it('reads calendars from beside the policy, and tells with all other faults which one is not there', async () => {
    const days = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:x',
      'BEGIN:VEVENT',
      'UID:1',
      'DTSTAMP:20270101T000000Z',
    ];
    const event = [
      'DTSTART:20271128T223000Z',
      'DTEND:20271128T230000Z',
      'SUMMARY:Month end',
      'END:VEVENT',
      'END:VCALENDAR',
    ];
    file('bank.ics', [...days, ...event, ''].join('\r\n'));
    const text = readFileSync(example('policy-standard.yaml'), 'utf8');
    const policy = file(
      'frozen.yaml',
      `${text}freezes: [{ name: bank, file: bank.ics, match: { tier: db } }]\n`,
    );
    const plan = JSON.parse((await build({ policy }, '--at', AT, '--json')).stdout) as Plan;
    expect(plan.freezes).toMatchObject([
      { start: '2027-11-28T22:30:00.000Z', end: '2027-11-28T23:00:00.000Z' },
    ]);
    const wrong = file('wrong.yaml', `${text}admission: maybe\nfreezes: [{ name: bank, file: none.ics }]\n`);
    const { code, stderr } = await build({ policy: wrong }, '--at', AT);
    expect(code).toBe(1);
    expect(stderr).toMatch(/wrong\.yaml:\d+:\d+ \/freezes\/0\/file: /);
    expect(stderr).toMatch(/wrong\.yaml:\d+:\d+ \/admission: /);
  });

  it('tells every fault of every file at once, with file, line and column, and makes nothing', async () => {
    const landscape = file(
      'landscape.yaml',
      [
        'servers:',
        '  - { id: s1, name: one, address: 10.0.0.1, os: debian-12, zone: z, site: a, environment: p, owner: t }',
        '  - { id: s1, name: two, address: 10.0.0.1, os: debian-12, zone: z, site: a, environment: p, owner: t }',
        'components: []',
        'applications: []',
        'relations:',
        '  - { type: dependsOn, from: nobody, to: s1 }',
        'batchJobs: []',
        'monitors: []',
      ].join('\n'),
    );
    const change = file(
      'change.yaml',
      [
        'id: "CHG 1"',
        'title: x',
        'scope: {}',
        'window: { start: "2026-11-29T22:00:00", end: "2026-11-30T02:00:00Z", timezone: Mars/Olympus }',
        'policy: standard',
        'requestedBy: m.weber',
      ].join('\n'),
    );
    const policy = file('policy.json', '{\n  "name": "standard",\n  "tiers": ["web",\n}');
    const { code, stdout, stderr } = await build({ landscape, change, policy }, '--at', AT, '--json');
    expect(code).toBe(1);
    const places = (name: string) =>
      stderr
        .split('\n')
        .filter((line) => line.includes(name))
        .join('\n');
    expect(places('landscape.yaml')).toMatch(/landscape\.yaml:3:\d+ \/servers\/1/);
    expect(places('landscape.yaml')).toMatch(/landscape\.yaml:7:\d+ \/relations\/0/);
    expect(places('change.yaml')).toMatch(/change\.yaml:1:\d+ \/id/);
    expect(places('change.yaml')).toMatch(/change\.yaml:4:\d+ \/window/);
    expect(places('policy.json')).toMatch(/policy\.json:4:1.*not valid JSON/);
    const { faults } = JSON.parse(stdout) as { faults: { remedy: string }[] };
    expect(faults.every(({ remedy }) => remedy !== '')).toBe(true);
  });

  it('says which file is missing', async () => {
    const { code, stderr } = await build({ policy: join(directory, 'nope.yaml') }, '--at', AT);
    expect(code).toBe(1);
    expect(stderr).toContain('nope.yaml does not exist');
  });

  it('is refused when its window is over, with what to do', async () => {
    const { code, stderr } = await build({}, '--at', '2030-01-01T00:00:00Z');
    expect(code).toBe(1);
    expect(stderr).toMatch(/change\.yaml:5:\d+ \/window\/end: the window is over[^]*Move the window/);
  });
});

describe('a landscape', () => {
  it.each(['landscape.yaml', 'landscape.csv'])('%s is checked without a server', async (name) => {
    const { code, stdout, stderr } = await patchtide(['landscape', 'import', example(name), '--offline']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Valid: \d+ servers, \d+ components, \d+ applications, \d+ relations\.\n$/);
  });

  const circle = [
    'servers: [{ id: s1, name: s1, address: 10.0.0.1, os: debian-12 }]',
    'applications: [{ id: a, name: a }]',
    'components:',
    '  - { id: x, name: x, kind: service, tier: app, server: s1, application: a, unit: x.service }',
    '  - { id: y, name: y, kind: service, tier: app, server: s1, application: a, unit: y.service }',
    'relations:',
    '  - { type: dependsOn, from: x, to: y }',
    '  - { type: dependsOn, from: y, to: x }',
  ].join('\n');

  it('is validated with everything that is wrong at once, and with the policy that breaks its circles', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'patchtide-landscape-'));
    const [landscape, policy] = [join(directory, 'circle.yaml'), join(directory, 'policy.yaml')];
    writeFileSync(landscape, circle);
    const broken = '[{ from: x, to: y, owner: team-crm, reason: both restart well, until: 2099-12-31 }]';
    writeFileSync(policy, `name: p\ntiers: [app]\npatch: { debian: apt }\nbreaks: ${broken}\n`);
    const alone = await patchtide(['landscape', 'validate', landscape]);
    expect(alone.code).toBe(1);
    expect(alone.stderr).toMatch(
      /circle\.yaml:6:\d+ \/relations: components depend on each other in a circle/,
    );
    const together = await patchtide(['landscape', 'validate', landscape, '--policy', policy]);
    expect([together.code, together.stdout]).toEqual([
      0,
      'Valid: 1 server, 2 components, 1 application, 2 relations.\n',
    ]);
    const imported = await patchtide(['landscape', 'import', landscape, '--offline']);
    expect(imported.code).toBe(0);
    expect(imported.stderr).toMatch(/^To know: components depend on each other in a circle/);
    writeFileSync(landscape, circle.replace('os: debian-12', 'os: debian-12, port: 99999'));
    const wrong = await patchtide(['landscape', 'validate', landscape, '--json']);
    expect(wrong.code).toBe(1);
    const paths = (JSON.parse(wrong.stdout) as { faults: { path: string }[] }).faults.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/servers/0/port', '/relations']));
    rmSync(directory, { recursive: true });
  });

  it('from a CMDB is read with its mapping, and says when it was sent nowhere', async () => {
    const args = [
      'landscape',
      'import',
      example('cmdb-export.csv'),
      '--mapping',
      example('cmdb-mapping.yaml'),
    ];
    const { code, stdout, stderr } = await patchtide([...args, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ servers: expect.any(Array) });
    expect(stderr).toBe('Not sent to a server: name one with --url or PATCHTIDE_URL.\n');
  });
});
