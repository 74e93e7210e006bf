import type { Plan, Policy } from '@patchtide/contracts';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { type Inputs, planOf } from '../testing/plans';
import { explainJob, type JobExplanation } from './explain-job';

const explained = (plan: Plan, job: string): JobExplanation => {
  const explanation = explainJob(plan, job);
  if (!explanation) throw new Error(`no job ${job}`);
  return explanation;
};
const reasons = (inputs: Inputs, job: string) =>
  Object.fromEntries(explained(planOf(inputs), job).waitsFor.map(({ job: id, because }) => [id, because]));

describe('why a job waits', () => {
  it('is told job by job back to the one that waits for nothing', () => {
    const plan = planOf({ landscape: threeTiers({ monitored: ['srv-web'] }) });
    const { chain } = explained(plan, 'patch-srv-db');
    expect(chain.map(({ job }) => job)).toEqual(['stop-db', 'stop-app', 'stop-web', 'mute-srv-web']);
    expect(chain[0]?.because).toBe('everything on the server is stopped before its packages change');
    expect(chain[3]?.because).toMatch(/^the monitors of the server are muted first/);
  });

  it('names who needs whom, for stops and, the other way round, for starts', () => {
    const landscape = landscapeOf({
      components: [component('shop', { application: 'shop' }), component('crm')],
      needs: [['shop', 'crm']],
    });
    expect(reasons({ landscape }, 'stop-crm')).toEqual({ 'stop-shop': 'shop needs crm' });
    expect(reasons({ landscape }, 'start-shop')).toMatchObject({ 'start-crm': 'shop needs crm' });
  });

  it('tells relations from tiers where the landscape is at hand, and says both where it is not', () => {
    const landscape = landscapeOf({
      components: [component('web', { tier: 'web' }), component('db', { tier: 'db' })],
    });
    const plan = planOf({ landscape });
    const tier = 'tier web of crm stops before tier db';
    const because = (needs?: () => boolean) => explainJob(plan, 'stop-db', needs)?.waitsFor[0]?.because;
    expect(because()).toBe(`web needs db, or ${tier}`);
    expect(because(() => false)).toBe(`${tier} and starts after it`);
    expect(because(() => true)).toBe('web needs db');
  });

  it('is the cluster where only some of its members may be down', () => {
    const members = ['a', 'b'].map((id) => component(id, { cluster: 'c' }));
    const inputs = { landscape: landscapeOf({ components: members }), policy: { limits: { cluster: 1 } } };
    expect(reasons(inputs, 'stop-b')).toMatchObject({
      'start-a': 'only 1 of the members of cluster c may be down together, so a must be up again',
    });
  });

  it('is the way back for what was taken away', () => {
    const landscape = threeTiers({
      monitored: ['srv-db'],
      batchJobs: [{ id: 'night', name: 'night', server: 'srv-db', system: 'cron', ref: 'x' }],
    });
    expect(reasons({ landscape }, 'stop-db')).toMatchObject({
      'hold-night': 'the batch job night must not run meanwhile',
    });
    expect(reasons({ landscape }, 'release-night')).toMatchObject({
      'hold-night': 'it gives back what HOLD_BATCH_night took',
      'start-db': 'the batch job runs again when the server serves again',
    });
    expect(reasons({ landscape }, 'unmute-srv-db')).toMatchObject({
      'mute-srv-db': 'it gives back what MUTE_SERVER_srv-db took',
      'release-night': 'the monitors watch again when batch jobs are released',
    });
  });

  it('is a person, a check, or the policy', () => {
    const policy: Partial<Policy> = {
      doctor: 'required',
      jobs: [
        { name: 'ask', action: 'MANUAL', per: 'server', at: 'stopped', instructions: 'Ask the owner.' },
        { name: 'snap', action: 'CHECK', per: 'server', at: 'patched', steps: { command: ['snap'] } },
      ],
    };
    const landscape = landscapeOf({ components: [component('a')] });
    expect(reasons({ landscape, policy }, 'patch-srv-a')).toMatchObject({
      'manual-ask.srv-a': 'a person does this first',
    });
    expect(reasons({ landscape, policy }, 'reboot-srv-a')).toMatchObject({
      'check-snap.srv-a': 'the policy has CHECK_SNAP_srv-a before it',
    });
    expect(reasons({ landscape, policy }, 'stop-a')).toMatchObject({
      'check-srv-a': expect.stringContaining('looked at first'),
    });
  });
});

describe('where a job stands', () => {
  const plan = planOf({ landscape: threeTiers({ monitored: ['srv-web'] }) });

  it('is found by id and by name, and nowhere when the plan has none', () => {
    expect(explainJob(plan, 'STOP_DB_db')?.job.id).toBe('stop-db');
    expect(explainJob(plan, 'stop-nothing')).toBeNull();
  });

  it('has no room on the critical path, and the slack of the plan', () => {
    const { onCriticalPath, spareMs, slackMs } = explained(plan, 'stop-db');
    expect(onCriticalPath).toMatchObject({ length: plan.forecast.criticalPath.length });
    expect([spareMs, slackMs]).toEqual([0, plan.forecast.slackMs]);
  });

  it('has room beside it', () => {
    const { onCriticalPath, spareMs } = explained(plan, 'patch-srv-web');
    expect(onCriticalPath).toBeNull();
    expect(spareMs).toBeGreaterThan(0);
  });

  it('tells how many jobs it holds up', () => {
    expect(explained(plan, 'unmute-srv-web').holdsUp).toEqual({ directly: [], jobs: 0 });
    const { directly, jobs } = explained(plan, 'stop-db').holdsUp;
    expect(directly).toContain('patch-srv-db');
    expect(jobs).toBeGreaterThan(directly.length);
  });
});

describe('what else holds a job', () => {
  const two = landscapeOf({ components: [component('a'), component('b', { application: 'shop' })] });
  const heldBy = (inputs: Inputs) => {
    const plan = planOf(inputs);
    return plan.jobs.map((job) => [job.id, explained(plan, job.id).heldBy] as const);
  };

  it('is nothing where everything starts as soon as it can', () => {
    expect(heldBy({ landscape: two }).filter(([, words]) => words.length > 0)).toEqual([]);
  });

  it('is a limit, by its name and number', () => {
    const held = heldBy({ landscape: two, policy: { limits: { campaign: 1 } } });
    expect(held.flatMap(([, words]) => words)).toContain(
      'the limit of 1 running jobs for the campaign is reached until then',
    );
  });

  it('is the wave before, with its rest', () => {
    const waves = [{ name: 'canary', share: '50%', soak: '10m' }, { name: 'rest' }];
    const held = heldBy({ landscape: two, policy: { waves } }).flatMap(([, words]) => words);
    expect(held).toContainEqual(
      expect.stringMatching(/^it is in wave rest; wave canary ends before it, at .* and rests for 10 min$/),
    );
  });

  it('is a freeze of its server', () => {
    const race = {
      name: 'race',
      start: '2026-11-29T21:00:00Z',
      end: '2026-11-29T21:30:00Z',
      match: { server: 'srv-a' },
    };
    const held = heldBy({ landscape: two, policy: { freezes: [race] } });
    const [[job, words] = []] = held.filter(([, one]) => one.length > 0);
    expect(job).toBe('stop-a');
    expect(words).toContain('nothing may start in the freeze "race" until 2026-11-29T21:30:00.000Z');
  });
});
