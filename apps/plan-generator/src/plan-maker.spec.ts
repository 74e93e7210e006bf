import { randomUUID } from 'node:crypto';
import type {
  Change,
  Component,
  DurationHistory,
  Landscape,
  LandscapeCaptured,
  Plan,
  Policy,
  Relation,
} from '@patchtide/contracts';
import { streamOf } from '@patchtide/contracts';
import { normalizeLandscape } from '@patchtide/domain';
import { canonicalJson, MemoryEventStore } from '@patchtide/event-store';
import { PlanMaker } from './plan-maker';
import type { PolicyLookup } from './policy-folder';

const NOW = '2026-11-24T09:00:00.000Z';
const NO_PAST: DurationHistory = { entries: [] };
const policy: Policy = { name: 'standard', tiers: ['web', 'app', 'db'], patch: { debian: 'apt' } };
const change: Change = {
  ...{ id: 'CHG1', title: 'November patches', scope: {}, policy: 'standard', requestedBy: 'm.weber' },
  window: { start: '2026-11-29T21:00:00Z', end: '2026-11-30T01:00:00Z', timezone: 'Europe/Berlin' },
};

function estate(relations: readonly Relation[] = [{ type: 'dependsOn', from: 'app', to: 'db' }]): Landscape {
  const servers = ['srv-app', 'srv-db'].map((id, index) => ({
    id,
    name: id,
    address: `10.0.0.${index + 1}`,
    os: 'debian-12',
  }));
  const components = ['app', 'db'].map((id): Component => ({
    id,
    name: id,
    kind: 'service',
    tier: id,
    server: `srv-${id}`,
    application: 'crm',
    unit: id,
  }));
  return normalizeLandscape({ servers, components, applications: [{ id: 'crm', name: 'CRM' }], relations });
}

function found(): PolicyLookup {
  return { ok: true, policy };
}

describe('the plan of a captured landscape', () => {
  const open = async ({
    landscape = estate(),
    changes = [change],
    lookup = found(),
    history = NO_PAST,
  } = {}) => {
    const store = new MemoryEventStore();
    const cause = { correlation: 'CHG1', actor: 'campaign-control', recordedAt: NOW };
    const events = changes.map((data, index) => {
      const accepted = {
        change: data,
        changeDigest: `sha256:${'a'.repeat(64)}`,
        revision: index + 1,
        at: NOW,
      };
      return { id: randomUUID(), type: 'ChangeAccepted', schemaVersion: 1, data: accepted };
    });
    await store.append([{ stream: streamOf.campaign('CHG1'), expectedVersion: 0, events }], cause);
    const landscapeDigest = await store.putDocument('landscape', canonicalJson(landscape));
    const captured = (revision = 1): LandscapeCaptured => {
      const counts = {
        servers: 2,
        components: 2,
        applications: 1,
        drift: { added: 4, removed: 0, changed: 0 },
      };
      return { campaign: 'CHG1', revision, landscapeDigest, source: 'estate.yaml', ...counts, at: NOW };
    };
    let now = Date.parse(NOW);
    const asked: string[] = [];
    const find = async (name: string): Promise<PolicyLookup> => (asked.push(name), lookup);
    const sources = { policies: { find }, past: { durations: async () => history } };
    const maker = new PlanMaker(store, sources, () => new Date((now += 1_000)));
    const answers = () => store.read(streamOf.plan('CHG1'));
    return { store, maker, captured, answers, asked };
  };

  it('is stored under its digest and recorded with what it was made of', async () => {
    const { store, maker, captured, answers } = await open();
    expect(await maker.makePlan(captured())).toBe('PlanGenerated');
    const [event] = await answers();
    const { planDigest, policyDigest, landscapeDigest } = event?.data as Record<string, string>;
    const plan = JSON.parse((await store.getDocument(planDigest ?? ''))?.text ?? '{}') as Record<
      string,
      unknown
    >;
    expect(plan).toMatchObject({ change: 'CHG1', policyDigest, landscapeDigest, policy: 'standard' });
    expect(event?.data).toMatchObject({ jobs: (plan['jobs'] as unknown[]).length, servers: 2, fits: true });
    expect(JSON.parse((await store.getDocument(policyDigest ?? ''))?.text ?? '')).toEqual(policy);
  });

  it('reckons with the durations of past campaigns, and names them under their digest', async () => {
    const stats = { samples: 5, p50Ms: 480_000, p90Ms: 900_000, p99Ms: 1_200_000 };
    const history: DurationHistory = {
      entries: [{ action: 'PATCH', kind: 'debian', ci: 'srv-db', ...stats }],
    };
    const { store, maker, captured, answers } = await open({ history });
    await maker.makePlan(captured());
    const [event] = await answers();
    const stored = await store.getDocument(String(event?.data['planDigest']));
    const plan = JSON.parse(stored?.text ?? '') as Plan;
    expect(plan.jobs.find(({ id }) => id === 'patch-srv-db')?.estimateMs).toBe(480_000);
    expect(JSON.parse((await store.getDocument(plan.historyDigest ?? ''))?.text ?? '')).toEqual(history);
  });

  it('is made once for a revision, however often it is asked for', async () => {
    const { maker, captured, answers, asked } = await open();
    await maker.makePlan(captured());
    expect(await maker.makePlan(captured())).toBe('already-made');
    expect([(await answers()).length, asked.length]).toEqual([1, 1]);
  });

  it('is made once also when two instances make it at the same moment', async () => {
    const { maker, captured, answers } = await open();
    const outcomes = await Promise.all([maker.makePlan(captured()), maker.makePlan(captured())]);
    expect(outcomes.sort()).toEqual(['PlanGenerated', 'already-made']);
    expect(await answers()).toHaveLength(1);
  });

  it('is made of the change of its own revision', async () => {
    const { maker, captured, answers, asked } = await open({
      changes: [{ ...change, policy: 'gone' }, change],
    });
    await Promise.all([maker.makePlan(captured(1)), maker.makePlan(captured(2))]);
    expect(asked.slice().sort()).toEqual(expect.arrayContaining(['gone', 'standard']));
    expect((await answers()).map(({ data }) => data['revision']).sort()).toEqual([1, 2]);
  });

  it('is rejected with everything that is wrong, the landscape and the window as well as the policy', async () => {
    const fault = {
      path: '/policy',
      message: 'there is no policy "standard"',
      remedy: 'Known policies: gentle.',
    };
    const late = {
      ...change,
      window: { ...change.window, start: '2026-11-01T00:00:00Z', end: '2026-11-02T00:00:00Z' },
    };
    const landscape = estate([
      { type: 'dependsOn', from: 'app', to: 'db' },
      { type: 'dependsOn', from: 'db', to: 'app' },
      { type: 'dependsOn', from: 'app', to: 'nothing' },
    ]);
    const lookup: PolicyLookup = { ok: false, faults: [fault] };
    const { maker, captured, answers } = await open({ landscape, changes: [late], lookup });
    expect(await maker.makePlan(captured())).toBe('PlanRejected');
    const faults = (await answers())[0]?.data['faults'] as { path: string; message: string }[];
    expect(faults[0]).toEqual(fault);
    expect(faults.map(({ path }) => path.split('/')[1])).toEqual(
      expect.arrayContaining(['policy', 'window', 'relations']),
    );
    expect(faults.some(({ message }) => message.includes('nothing'))).toBe(true);
  });

  it('is rejected when the policy contradicts the landscape', async () => {
    const lookup: PolicyLookup = { ok: true, policy: { ...policy, tiers: ['web'] } };
    const { maker, captured, answers } = await open({ lookup });
    expect(await maker.makePlan(captured())).toBe('PlanRejected');
    expect(JSON.stringify((await answers())[0]?.data)).toMatch(/tier/);
  });

  it('is rejected when the scope matches nothing', async () => {
    const { maker, captured, answers } = await open({
      changes: [{ ...change, scope: { servers: ['srv-x'] } }],
    });
    expect(await maker.makePlan(captured())).toBe('PlanRejected');
    expect(JSON.stringify((await answers())[0]?.data)).toContain('srv-x');
  });

  it('waits for a document that is missing: that is no reason to reject', async () => {
    const { maker, captured, answers } = await open();
    const missing = { ...captured(), landscapeDigest: `sha256:${'0'.repeat(64)}` };
    await expect(maker.makePlan(missing)).rejects.toThrow(/not stored/);
    await expect(maker.makePlan({ ...captured(), campaign: 'CHG2' })).rejects.toThrow(
      /no change of revision/,
    );
    expect(await answers()).toEqual([]);
  });
});
