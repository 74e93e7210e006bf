import { type Change, checkShape, type Landscape, type Policy } from '@patchtide/contracts';
import { buildPlan } from '@patchtide/domain';
import { documentsOf, type TierDocuments } from './three-tier-documents';
import { estateOf } from './three-tier-estate';

const NOW = Date.parse('2026-11-29T21:00:00Z');

function documents(hostCount: number): TierDocuments {
  const { applications, spares } = estateOf(hostCount);
  const hosts = [...applications.flatMap((each) => each.hosts), ...spares].map(({ name }) => name);
  return documentsOf(
    {
      ...{ applications, spares, sshPort: 2022, ports: { lb: 80, web: 80, app: 3000, db: 5432 } },
      addressOf: (name) => `127.0.3.${hosts.indexOf(name) + 1}`,
    },
    NOW,
  );
}

const planOf = ({ landscape, policy, change }: TierDocuments): ReturnType<typeof buildPlan> =>
  buildPlan({
    landscape: landscape as unknown as Landscape,
    policy: policy as unknown as Policy,
    change: change as unknown as Change,
    at: new Date(NOW).toISOString(),
    landscapeDigest: 'sha256:a',
    policyDigest: 'sha256:b',
  });

describe('the three-tier estate', () => {
  it.each([1, 2, 3, 5, 9, 12, 20, 40])(
    'has documents that Patchtide accepts, and a plan: %i hosts',
    (hostCount) => {
      const made = documents(hostCount);
      for (const kind of ['landscape', 'policy', 'change'] as const)
        expect(checkShape(kind, made[kind])).toEqual([]);
      expect((made.landscape.servers as unknown[]).length).toBe(hostCount);
      expect(planOf(made)).toMatchObject({ ok: true });
    },
  );

  it('of twelve hosts is a shop with a load balancer and a replica, and two plain applications', () => {
    const { applications, spares } = estateOf(12);
    expect(applications.map(({ id, hosts }) => [id, hosts.map(({ role }) => role).join(' ')])).toEqual([
      ['shop', 'lb web web app primary replica'],
      ['crm', 'web app primary'],
      ['desk', 'web app primary'],
    ]);
    expect(spares).toEqual([]);
  });

  it('never has both databases of the shop down, and drains an entry before its web server stops', () => {
    const result = planOf(documents(12));
    if (!result.ok) throw new Error('there is no plan');
    const after = (later: string, earlier: string): boolean => {
      const jobs = new Map(result.plan.jobs.map((job) => [job.id, job]));
      const before = (id: string): string[] => {
        const needs = [...(jobs.get(id)?.dependsOn ?? [])];
        return [...needs, ...needs.flatMap(before)];
      };
      return before(later).includes(earlier);
    };
    expect(after('stop-shop-web-1', 'stop-entry-shop-web-1')).toBe(true);
    expect(after('stop-shop-app-1', 'stop-shop-web-2')).toBe(true);
    expect(after('stop-shop-db-1', 'stop-shop-app-1')).toBe(true);
    const [first, second] = ['shop-db-1', 'shop-db-2'].map((id) =>
      result.plan.jobs.filter((job) => job.ci === id),
    );
    const spans = [first, second].map((jobs = []) => [
      jobs.find(({ action }) => action === 'STOP')?.estimatedStart ?? '',
      jobs.find(({ action }) => action === 'START')?.estimatedEnd ?? '',
    ]);
    const [[startOne = '', endOne = ''] = [], [startTwo = '', endTwo = ''] = []] = spans;
    expect(endOne <= startTwo || endTwo <= startOne).toBe(true);
  });
});
