import type { Landscape } from '@patchtide/contracts';
import { demoFaults } from './demo-faults';
import { generateLandscape } from './generate-landscape';

/** Jobs of a plan: MUTE, PATCH, REBOOT, VERIFY, UNMUTE per server, STOP and START per component, HOLD and RELEASE per batch job. */
function jobsOf({ servers, components, batchJobs }: Landscape): number {
  return 5 * servers.length + 2 * components.length + 2 * batchJobs.length;
}

describe('the landscape of the demo', () => {
  const landscape = generateLandscape({ servers: 200, seed: 1, port: 2222 });
  const { servers, components, applications, relations, batchJobs, monitors } = landscape;
  const applicationOf = new Map(components.map(({ id, application }) => [id, application]));

  it('has 200 servers, 60 applications and one monitor per server', () => {
    expect([servers.length, applications.length, monitors.length]).toEqual([200, 60, 200]);
    expect(monitors[0]).toEqual({
      id: 'mon-srv-0001',
      ci: 'srv-0001',
      system: 'alertmanager',
      ref: { instance: servers[0]?.name },
    });
  });

  it('makes at least 2,400 jobs, also when databases have no patch job of their own', () => {
    expect(jobsOf(landscape)).toBeGreaterThanOrEqual(2_400);
    expect(components.length / servers.length).toBeGreaterThan(2.5);
  });

  it('has about 25 dependencies across applications', () => {
    const crossings = new Set(
      relations
        .map(({ from, to }) => `${applicationOf.get(from)} ${applicationOf.get(to)}`)
        .filter((pair) => {
          const [from, to] = pair.split(' ');
          return from !== to;
        }),
    );
    expect(crossings.size).toBeGreaterThanOrEqual(18);
    expect(crossings.size).toBeLessThanOrEqual(35);
  });

  it('has database clusters of two members on different servers and sites in a third of the applications', () => {
    const clusters = groupedByCluster(landscape);
    expect(clusters.size).toBe(20);
    const siteOf = new Map(servers.map(({ id, site }) => [id, site]));
    for (const members of clusters.values()) {
      expect(members.map(({ tier }) => tier)).toEqual(['db', 'db']);
      expect(new Set(members.map(({ server }) => siteOf.get(server))).size).toBe(2);
    }
  });

  it('has batch jobs of both kinds on about 60 servers', () => {
    expect(batchJobs).toHaveLength(160);
    expect(new Set(batchJobs.map(({ server }) => server)).size).toBe(60);
    expect(new Set(batchJobs.map(({ system }) => system))).toEqual(new Set(['cron', 'systemd-timer']));
  });

  it('has a database to refuse its stop and another server to be slow', () => {
    const [refusing, slow] = demoFaults(landscape, 1);
    const database = components.find(
      ({ unit, server }) => unit === refusing?.unit && server === refusing?.host,
    );
    expect(database?.tier).toBe('db');
    expect(servers.some(({ id }) => id === slow?.host && id !== refusing?.host)).toBe(true);
  });
});

function groupedByCluster({ components }: Landscape) {
  const clusters = new Map<string, Landscape['components'][number][]>();
  for (const component of components) {
    if (component.cluster === undefined) continue;
    clusters.set(component.cluster, [...(clusters.get(component.cluster) ?? []), component]);
  }
  return clusters;
}
