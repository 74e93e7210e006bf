import { createPool, PostgresEventStore } from '@patchtide/event-store';
import type { DemoFleet, FleetRecord } from './demo-fleet';
import type { DemoSystem } from './demo-system';
import { getJson } from './get-json';

/** What the demo ends with; every figure comes from the system's own API, its store, or the hosts. */
export interface Outcome extends FleetRecord {
  readonly status: string;
  readonly servers: number;
  readonly serversPatched: number;
  readonly jobs: Readonly<Record<string, number>>;
  readonly openObligations: number;
  readonly incidents: readonly Incident[];
  readonly events: number;
  readonly chain: 'verified' | 'BROKEN';
}

interface Incident {
  readonly name: string;
  readonly status: string;
  readonly resolvedHow: string | null;
}

interface CampaignView {
  readonly status: string;
  readonly servers: number;
  readonly jobs: Readonly<Record<string, number>>;
  readonly openObligations: number;
  readonly closed: { readonly serversPatched: number } | null;
}

/** Asks the system how the campaign ended, verifies every chain, and asks the hosts what they saw. */
export async function outcomeOf(demo: DemoSystem<DemoFleet>, campaign: string): Promise<Outcome> {
  const { system, fleet } = demo;
  const api = <T>(path: string): Promise<T> =>
    getJson<T>(`${system.urlOf('console')}/v1${path}`, system.tokens.viewer);
  const [view, incidents, store, record] = await Promise.all([
    api<CampaignView>(`/campaigns/${campaign}`),
    api<Incident[]>(`/incidents?campaign=${campaign}`),
    checkStore(system.databaseUrl),
    fleet.record(),
  ]);
  return {
    status: view.status,
    servers: view.servers,
    serversPatched: view.closed?.serversPatched ?? 0,
    jobs: view.jobs,
    openObligations: view.openObligations,
    incidents,
    ...store,
    ...record,
  };
}

async function checkStore(databaseUrl: string): Promise<Pick<Outcome, 'events' | 'chain'>> {
  const pool = createPool(databaseUrl, { max: 2 });
  try {
    const store = new PostgresEventStore(pool);
    const check = await store.verifyAll();
    return { events: await store.headPosition(), chain: check.ok ? 'verified' : 'BROKEN' };
  } finally {
    await pool.end();
  }
}
