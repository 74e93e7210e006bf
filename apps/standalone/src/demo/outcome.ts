import { createPool, PostgresEventStore } from '@patchtide/event-store';
import type { DemoSystem } from './demo-system';

/** What the demo ends with; every figure comes from the system's own API, store, or the simulated hosts. */
export interface Outcome {
  readonly status: string;
  readonly serversPatched: number;
  readonly jobs: Readonly<Record<string, number>>;
  readonly openObligations: number;
  readonly incidents: readonly {
    readonly name: string;
    readonly status: string;
    readonly resolvedHow: string | null;
  }[];
  readonly events: number;
  readonly chain: 'verified' | 'BROKEN';
  readonly falseAlarms: number;
  readonly executedTwice: number;
}

/** Asks the system how the campaign ended, verifies every chain, and asks the hosts what they saw. */
export async function outcomeOf({ system, fleet }: DemoSystem, campaign: string): Promise<Outcome> {
  const api = <T>(path: string): Promise<T> =>
    getJson<T>(`${system.urlOf('console')}/v1${path}`, system.tokens.viewer);
  const [view, incidents, falseAlarms, attempts, store] = await Promise.all([
    api<{
      status: string;
      jobs: Record<string, number>;
      openObligations: number;
      closed: { serversPatched: number } | null;
    }>(`/campaigns/${campaign}`),
    api<Outcome['incidents']>(`/incidents?campaign=${campaign}`),
    getJson<unknown[]>(`${fleet.controlUrl}/false-alarms`),
    getJson<{ executions: number }[]>(`${fleet.controlUrl}/attempts`),
    checkStore(system.databaseUrl),
  ]);
  return {
    status: view.status,
    serversPatched: view.closed?.serversPatched ?? 0,
    jobs: view.jobs,
    openObligations: view.openObligations,
    incidents,
    ...store,
    falseAlarms: falseAlarms.length,
    executedTwice: attempts.filter((attempt) => attempt.executions > 1).length,
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

async function getJson<T>(url: string, token?: string): Promise<T> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
  if (!response.ok)
    throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return (await response.json()) as T;
}
