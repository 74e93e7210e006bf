import { createPool, PostgresEventStore } from '@patchtide/event-store';
import type { DemoSystem } from './demo-system';
import { type FaultCount, faultStory, type Transition } from './fault-story';

const TIMEOUT_MS = 30_000;

/** What the demo ends with; every figure comes from the system's own API, store, or the simulated hosts. */
export interface Outcome {
  readonly status: string;
  readonly serversPatched: number;
  readonly jobs: Readonly<Record<string, number>>;
  readonly openObligations: number;
  readonly incidents: readonly Incident[];
  readonly events: number;
  readonly chain: 'verified' | 'BROKEN';
  readonly faults: readonly string[];
  readonly falseAlarms: number;
  readonly executedTwice: number;
}

interface Incident {
  readonly name: string;
  readonly status: string;
  readonly resolvedHow: string | null;
}

interface CampaignView {
  readonly status: string;
  readonly jobs: Readonly<Record<string, number>>;
  readonly openObligations: number;
  readonly closed: { readonly serversPatched: number } | null;
}

/** Asks the system how the campaign ended, verifies every chain, and asks the hosts what they saw. */
export async function outcomeOf({ system, fleet }: DemoSystem, campaign: string): Promise<Outcome> {
  const api = <T>(path: string): Promise<T> =>
    getJson<T>(`${system.urlOf('console')}/v1${path}`, system.tokens.viewer);
  const hosts = <T>(path: string): Promise<T> => getJson<T>(`${fleet.controlUrl}${path}`);
  const [view, incidents, store, falseAlarms, attempts, faults, transitions] = await Promise.all([
    api<CampaignView>(`/campaigns/${campaign}`),
    api<Incident[]>(`/incidents?campaign=${campaign}`),
    checkStore(system.databaseUrl),
    hosts<unknown[]>('/false-alarms'),
    hosts<{ executions: number }[]>('/attempts'),
    hosts<FaultCount[]>('/faults'),
    hosts<Transition[]>('/transitions'),
  ]);
  return {
    status: view.status,
    serversPatched: view.closed?.serversPatched ?? 0,
    jobs: view.jobs,
    openObligations: view.openObligations,
    incidents,
    ...store,
    faults: faultStory(faults, transitions),
    falseAlarms: falseAlarms.length,
    executedTwice: attempts.filter(({ executions }) => executions > 1).length,
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
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok)
    throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return (await response.json()) as T;
}
