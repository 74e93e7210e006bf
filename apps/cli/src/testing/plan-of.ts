import type { Landscape, Plan, Policy } from '@patchtide/contracts';
import { buildPlan } from '@patchtide/domain';

export const PLANNED_AT = '2026-11-24T09:00:00.000Z';
const TIERS = ['web', 'app', 'db'] as const;

/** So many applications of a web server, an application server and a database, each on a server of its own. */
export function estate(applications: number, nameOf: (id: string) => string = (id) => id): Landscape {
  const names = Array.from({ length: applications }, (_, i) => `a${String(i + 1).padStart(3, '0')}`);
  const parts = names.flatMap((application) =>
    TIERS.map((tier) => ({ application, tier, id: `${application}-${tier}` })),
  );
  return {
    servers: parts.map(({ id }, i) => ({
      ...{ id: `srv-${id}`, name: nameOf(`srv-${id}`), os: 'debian-12', site: 'cologne' },
      address: `10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`,
    })),
    components: parts.map(({ application, tier, id }) => ({
      ...{
        id,
        name: nameOf(id),
        kind: 'service',
        tier,
        server: `srv-${id}`,
        application,
        unit: `${tier}.service`,
      },
    })),
    applications: names.map((id) => ({ id, name: id })),
    relations: names.flatMap((name) => [
      { type: 'dependsOn' as const, from: `${name}-web`, to: `${name}-app` },
      { type: 'dependsOn' as const, from: `${name}-app`, to: `${name}-db` },
    ]),
    batchJobs: [],
    monitors: parts.map(({ id }) => ({ id: `mon-${id}`, ci: `srv-${id}`, system: 'x', ref: {} })),
  };
}

/** The real plan of a landscape, for views that are to show it. */
export function planFor(landscape: Landscape, policy: Partial<Policy> = {}): Plan {
  const digest = `sha256:${'a'.repeat(64)}`;
  const result = buildPlan({
    landscape,
    policy: { name: 'standard', tiers: [...TIERS], patch: { debian: 'apt' }, ...policy },
    change: {
      ...{ id: 'CHG1', title: 'x', scope: {}, policy: 'standard', requestedBy: 'm.weber' },
      window: {
        start: '2026-11-29T21:00:00.000Z',
        end: '2026-11-30T01:00:00.000Z',
        timezone: 'Europe/Berlin',
      },
    },
    at: PLANNED_AT,
    landscapeDigest: digest,
    policyDigest: digest,
  });
  if (!result.ok) throw new Error(result.faults.map(({ message }) => message).join('; '));
  return { digest, ...result.plan };
}
