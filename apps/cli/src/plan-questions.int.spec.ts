import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@patchtide/contracts';
import { patchtide } from './testing/patchtide';

const EXAMPLES = join(__dirname, '..', '..', '..', 'examples');
const LANDSCAPE = join(EXAMPLES, 'landscape.yaml');
const POLICY = join(EXAMPLES, 'policy-standard.yaml');
const AT = '2026-11-22T10:00:00Z';

describe('questions about a plan, without a server', () => {
  let directory: string;
  let approved: string;
  let slower: string;
  let slowPolicy: string;
  const sources = (policy = POLICY) => [
    ...['--landscape', LANDSCAPE, '--policy', policy],
    ...['--change', join(EXAMPLES, 'change.yaml'), '--at', AT],
  ];
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'patchtide-questions-'));
    slowPolicy = file('slow.yaml', readFileSync(POLICY, 'utf8').replace('PATCH: 8m', 'PATCH: 20m'));
    const planOf = async (policy: string) =>
      (await patchtide(['plan', 'build', ...sources(policy), '--json'])).stdout;
    approved = file('approved.json', await planOf(POLICY));
    slower = file('slower.json', await planOf(slowPolicy));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  describe('plan diff', () => {
    it('ends with 0 whether or not there is a difference, and with 1 only where it was asked to', async () => {
      const same = await patchtide(['plan', 'diff', approved, approved, '--exit-code']);
      expect(same).toEqual({ code: 0, stdout: 'No difference.\n', stderr: '' });
      const other = await patchtide(['plan', 'diff', approved, slower]);
      expect([other.code, other.stderr]).toEqual([0, '']);
      const asked = await patchtide(['plan', 'diff', approved, slower, '--exit-code']);
      expect([asked.code, asked.stdout, asked.stderr]).toEqual([1, other.stdout, '']);
    });

    it('says in words and local times what is different, equal things once', async () => {
      const { stdout } = await patchtide(['plan', 'diff', approved, slower]);
      expect(stdout).toMatch(
        /^ {2}it ends .* later: at \w+ \d+ Nov \d\d:\d\d instead of Sun 28 Nov 22:\d\d$/m,
      );
      expect(stdout).toMatch(
        /^Durations \(\d+ jobs\)\n {2}PATCH_.* and \d+ more: takes 20 min instead of 8 min$/m,
      );
      expect(stdout).not.toMatch(/^Jobs added|^Order/m);
    });

    it('has everything as data', async () => {
      const { stdout } = await patchtide(['plan', 'diff', approved, slower, '--json']);
      const diff = JSON.parse(stdout) as {
        isSame: boolean;
        differences: { kind: string; job: string | null }[];
      };
      expect(diff.isSame).toBe(false);
      expect(diff.differences.filter(({ kind }) => kind === 'duration').length).toBeGreaterThanOrEqual(8);
    });

    it('tells when a plan was altered after it was made, and what is no plan at all', async () => {
      const plan = JSON.parse(readFileSync(approved, 'utf8')) as Plan;
      const altered = file('altered.json', JSON.stringify({ ...plan, jobs: plan.jobs.slice(1) }));
      const { code, stdout, stderr } = await patchtide(['plan', 'diff', approved, altered]);
      expect([code, stderr]).toEqual([
        0,
        `${altered} was altered: its content is not what its digest was made of.\n`,
      ]);
      expect(stdout).toMatch(/^Jobs removed \(1 job\)$/m);
      const none = await patchtide(['plan', 'diff', approved, join(EXAMPLES, 'change.yaml')]);
      expect(none.code).toBe(1);
      expect(none.stderr).toMatch(/is not a plan:\n.*it lacks.*jobs/);
    });
  });

  describe('plan explain', () => {
    it('tells the chain to the root, by id or name, from a plan or from what it is made of', async () => {
      const [byName, byId, fromFiles] = await Promise.all([
        patchtide(['plan', 'explain', 'STOP_DB_crm-db-01', '--plan', approved]),
        patchtide(['plan', 'explain', 'stop-crm-db-01', '--plan', approved]),
        patchtide(['plan', 'explain', 'stop-crm-db-01', ...sources()]),
      ]);
      expect(byName.code).toBe(0);
      expect(byName.stdout).toBe(byId.stdout);
      expect(fromFiles.stdout).toMatch(/^ {4}because crm-app-01 needs crm-db-01$/m);
      expect(fromFiles.stdout).toMatch(/^ {2}22:00:00-22:00:05 {2}MUTE_SERVER_/m);
      expect(fromFiles.stdout).toMatch(/^\d+ jobs wait for it, first PATCH_/m);
    });

    it('helps to find a job that it does not know', async () => {
      const { code, stderr } = await patchtide(['plan', 'explain', 'crm-db', '--plan', approved]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/has no job "crm-db"\nNext: Name one of its jobs, such as .*crm-db-01/);
    });
  });

  describe('plan what-if', () => {
    it('shows what was planned beside what was tried', async () => {
      const end = '2027-11-29T03:00:00+01:00';
      const tried = ['--limits', 'campaign=4', 'application=2', '--window-end', end];
      const { code, stdout } = await patchtide(['plan', 'what-if', ...sources(), ...tried]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^ +as planned +what if$/m);
      expect(stdout).toMatch(/^ {2}- it ends .* later, at Sun 28 Nov \d\d:\d\d$/m);
      const { stdout: data } = await patchtide(['plan', 'what-if', ...sources(), ...tried, '--json']);
      expect(JSON.parse(data)).toMatchObject({ planned: { fits: true }, tried: { fits: true } });
    });

    it('names an application that the plan does not have', async () => {
      const { code, stderr } = await patchtide(['plan', 'what-if', ...sources(), '--without', 'erp']);
      expect(code).toBe(1);
      expect(stderr).toContain('the plan has no application "erp"');
    });
  });
});

describe('questions about a policy, without a server', () => {
  it('is valid, alone and with its landscape', async () => {
    const { code, stdout } = await patchtide(['policy', 'validate', POLICY, '--landscape', LANDSCAPE]);
    expect([code, stdout]).toEqual([0, 'Valid: policy standard, 1 kind, 0 own jobs, 0 exceptions.\n']);
  });

  it('is told everything that is wrong with it at once, with its place', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'patchtide-policy-'));
    const policy = join(directory, 'policy.yaml');
    const text = 'name: p\ntiers: [web]\nlimits: { campaign: -1, tier: { db: 1 } }\npatch: { debian: dnf }\n';
    writeFileSync(policy, text);
    const { code, stderr } = await patchtide(['policy', 'validate', policy, '--landscape', LANDSCAPE]);
    expect(code).toBe(1);
    for (const place of [
      /policy\.yaml:3:\d+ \/limits\/campaign/,
      /policy\.yaml:3:\d+ \/limits\/tier\/db/,
      /policy\.yaml:4:\d+ \/patch\/debian/,
    ])
      expect(stderr).toMatch(place);
    rmSync(directory, { recursive: true });
  });

  it('tells which rule gives which value', async () => {
    const args = ['policy', 'explain', 'crm-db-01', '--policy', POLICY, '--landscape', LANDSCAPE];
    const { code, stdout } = await patchtide(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^component crm-db-01\n {2}postgresql in tier db of crm, cluster crm-db, on srv-0003 \(debian-12\)$/m,
    );
    expect(stdout).toMatch(/^ {2}start: @unit-start .* \[policy \/kinds\/postgresql\/start\]$/m);
    expect(stdout).toMatch(/^ {2}stop: .* \[shipped kind postgresql\]$/m);
    expect(JSON.parse((await patchtide([...args, '--json'])).stdout)).toMatchObject({
      ci: 'crm-db-01',
      type: 'component',
    });
  });

  it('helps to find a CI that the landscape does not have', async () => {
    const { code, stderr } = await patchtide([
      'policy',
      'explain',
      'crm-x',
      '--policy',
      POLICY,
      '--landscape',
      LANDSCAPE,
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no server or component "crm-x"\nNext: Name one, such as/);
  });
});
