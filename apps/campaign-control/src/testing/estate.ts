import { randomUUID } from 'node:crypto';
import {
  type Change,
  type Landscape,
  type Plan,
  type PlanEvent,
  type Policy,
  streamOf,
} from '@patchtide/contracts';
import { buildPlan, normalizeLandscape } from '@patchtide/domain';
import { canonicalJson, type EventStore } from '@patchtide/event-store';

export const ZONE = 'dc1';
/** The moment at which the clocks of these tests begin, an hour into the window. */
export const NOW = '2026-11-29T22:00:00.000Z';

/** Web in front of app in front of db, `copies` times, each component on a server of its own. */
export function estate(copies = 1): Landscape {
  const names = Array.from({ length: copies }, (_, index) => (copies === 1 ? '' : `-${index + 1}`));
  const parts = names.flatMap((name) =>
    ['web', 'app', 'db'].map((tier) => ({ tier, id: `${tier}${name}`, name })),
  );
  return normalizeLandscape({
    servers: parts.map(({ id }, index) => ({
      id: `srv-${id}`,
      name: `srv-${id}`,
      address: `10.0.${Math.floor(index / 250)}.${(index % 250) + 1}`,
      os: 'debian-12',
      zone: ZONE,
    })),
    components: parts.map(({ id, tier, name }) => {
      const place = { server: `srv-${id}`, application: `crm${name}`, unit: `${id}.service` };
      return { id, name: id, kind: 'service', tier, ...place };
    }),
    applications: names.map((name) => ({ id: `crm${name}`, name: `crm${name}` })),
    relations: names.flatMap((name) => [
      { type: 'dependsOn' as const, from: `web${name}`, to: `app${name}` },
      { type: 'dependsOn' as const, from: `app${name}`, to: `db${name}` },
    ]),
  });
}

/** A change whose window is open at `NOW` and which was approved outside, so that its campaign starts by itself. */
export function aChange(more: Partial<Change> = {}): Change {
  return {
    id: 'CHG1',
    title: 'November patches',
    scope: {},
    window: { start: '2026-11-29T21:00:00Z', end: '2026-11-30T01:00:00Z', timezone: 'Europe/Berlin' },
    policy: 'standard',
    requestedBy: 'm.weber',
    approvals: [{ by: 'k.lindner', at: '2026-11-24T09:12:00Z' }],
    ...more,
  };
}

/** Plans the change as plan-generator does, and records the plan in its stream. */
export async function answerWithPlan(
  store: EventStore,
  change: Change,
  landscape = estate(),
  { at = NOW, ...more }: Partial<Policy> & { readonly at?: string } = {},
): Promise<Plan> {
  const landscapeDigest = await store.putDocument('landscape', canonicalJson(landscape));
  const policy: Policy = {
    ...{ name: 'standard', tiers: ['web', 'app', 'db'], patch: { debian: 'apt' } },
    ...more,
  };
  const policyDigest = await store.putDocument('policy', canonicalJson(policy));
  const result = buildPlan({ landscape, policy, change, at, landscapeDigest, policyDigest });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  const planDigest = await store.putDocument('plan', canonicalJson(result.plan));
  const counts = { jobs: result.plan.jobs.length, servers: landscape.servers.length };
  const { end: forecastEnd, fits } = result.plan.forecast;
  const data = { campaign: change.id, revision: 1, planDigest, landscapeDigest, policyDigest, ...counts };
  await answer(store, { type: 'PlanGenerated', data: { ...data, forecastEnd, fits, at } });
  return { digest: planDigest, ...result.plan };
}

/** Records an answer of plan-generator. */
export async function answer(store: EventStore, { type, data }: PlanEvent): Promise<void> {
  const stream = streamOf.plan(data.campaign);
  const expectedVersion = (await store.read(stream)).length;
  const events = [{ id: randomUUID(), type, schemaVersion: 1, data }];
  const cause = { correlation: data.campaign, actor: 'plan-generator', recordedAt: data.at };
  await store.append([{ stream, expectedVersion, events }], cause);
}
