import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

  it('is read by people: does it fit, and every job in the order of time', async () => {
    const { code, stdout } = await build({}, '--at', AT);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Plan of CHG0031337 under policy standard\n/);
    expect(stdout).toMatch(/^ {2}forecast +fits: ends Sun 28 Nov 22:\d\d, .* to spare$/m);
    expect(stdout).toMatch(/^from +to +job +wave +waits for$/m);
    const times = [...stdout.matchAll(/^(\d\d:\d\d:\d\d) {2}\d\d:\d\d:\d\d {2}[A-Z]/gm)].map(
      (match) => match[1],
    );
    expect(times.length).toBeGreaterThan(10);
    expect(times).toEqual([...times].sort());
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
