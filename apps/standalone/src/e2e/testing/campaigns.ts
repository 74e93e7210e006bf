import { waitUntil } from '@patchtide/embedded';
import type { Api } from './api';

/** The parts of the API's answers that the tests look at. */
export interface CampaignView {
  readonly id: string;
  readonly status: string;
  readonly jobs: Readonly<Record<string, number>>;
  readonly servers: number;
  readonly openObligations: number;
  readonly openIncidents: number;
  readonly exhaustedBudgets: readonly string[];
  readonly reasons: readonly { readonly path: string; readonly message: string; readonly remedy: string }[];
  readonly closed: { readonly outcome: string; readonly serversPatched: number } | null;
  readonly version: number;
}

export interface JobView {
  readonly id: string;
  readonly name: string;
  readonly action: string;
  readonly ci: string;
  readonly server: string;
  readonly status: string;
  readonly attempt: number;
  readonly executor: string | null;
  readonly summary: string;
  readonly outputTail: string;
  readonly waitingBecause: string | null;
  readonly answers: readonly string[];
}

export interface EventView {
  readonly version: number;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface IncidentView {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly campaign: string | null;
  readonly outcome: string | null;
  readonly summary: string;
  readonly outputTail: string;
  readonly attempt: number;
  readonly answers: readonly string[];
  readonly faults: readonly { readonly path: string; readonly message: string; readonly remedy: string }[];
  readonly resolvedHow: string | null;
}

export interface ObligationView {
  readonly id: string;
  readonly open: boolean;
}

const CLOSED = ['completed', 'aborted', 'window-closed', 'rejected', 'needs-hands'];

/** One campaign through the API. */
export class Campaign {
  constructor(
    private readonly api: Api,
    readonly id: string,
  ) {}

  view(): Promise<CampaignView> {
    return this.api.get(`/campaigns/${this.id}`);
  }

  jobs(query = ''): Promise<JobView[]> {
    return this.api.get(`/campaigns/${this.id}/jobs?${query}`);
  }

  job(id: string): Promise<JobView> {
    return this.api.get(`/campaigns/${this.id}/jobs/${id}`);
  }

  events(): Promise<EventView[]> {
    return this.api.get(`/campaigns/${this.id}/events?limit=10000`);
  }

  obligations(): Promise<ObligationView[]> {
    return this.api.get(`/campaigns/${this.id}/obligations`);
  }

  incidents(): Promise<IncidentView[]> {
    return this.api.get(`/incidents?campaign=${this.id}`);
  }

  /** Waits for one of these statuses. Rejects at once, with what is known, when the campaign ends in another one. */
  until(wanted: readonly string[], timeoutMs: number): Promise<CampaignView> {
    const what = `campaign ${this.id} to be ${wanted.join(' or ')}`;
    return waitUntil(async () => this.lookFor(wanted), { timeoutMs, what, intervalMs: 100 }).catch(
      async (error: Error) => {
        throw new Error(`${error.message}; ${await this.situation()}`, { cause: error });
      },
    );
  }

  /** Waits for a moment in the campaign's life. */
  reaches<T>(
    what: string,
    look: () => Promise<T>,
    timeoutMs = 60_000,
  ): Promise<NonNullable<Exclude<T, false>>> {
    return waitUntil(look, { timeoutMs, what: `${what} in campaign ${this.id}`, intervalMs: 50 }).catch(
      async (error: Error) => {
        throw new Error(`${error.message}; ${await this.situation()}`, { cause: error });
      },
    );
  }

  private async lookFor(wanted: readonly string[]): Promise<CampaignView | null> {
    const { status, body } = await this.api.ask<CampaignView>('GET', `/campaigns/${this.id}`);
    if (status !== 200) return null;
    if (wanted.includes(body.status)) return body;
    if (CLOSED.includes(body.status)) throw new Error(`campaign ${this.id} is ${body.status}`);
    return null;
  }

  private async situation(): Promise<string> {
    const { status, body } = await this.api.ask<CampaignView>('GET', `/campaigns/${this.id}`);
    if (status !== 200) return `there is no such campaign (${status})`;
    const jobs = await this.jobs();
    const open = jobs.filter((job) => !['waiting', 'succeeded', 'skipped'].includes(job.status));
    const described = open
      .slice(0, 20)
      .map((job) => `${job.name} ${job.status} (${job.attempt}): ${job.summary}`);
    return [
      `it is ${body.status} with ${JSON.stringify(body.jobs)}`,
      ...body.reasons.map((r) => r.message),
      ...described,
    ].join('\n');
  }
}
