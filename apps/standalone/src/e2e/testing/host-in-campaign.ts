import { waitUntil } from '@patchtide/embedded';
import type { RealHost } from '@patchtide/real-fleet';
import type { Api } from './api';
import type { Campaign, EventView, IncidentView, JobView } from './campaigns';

/** The jobs that every host has: two of its application, the others its own. */
export const HOST_ACTIONS = ['stop', 'patch', 'reboot', 'verify', 'start'] as const;
export type HostAction = (typeof HOST_ACTIONS)[number];

/** Many wait at the same time, so nobody asks all the time. */
const ASK_EVERY_MS = 150;
const DEADLINE_MS = 150_000;

/** A host with one application of the same name, on its way through a campaign: what happens to it, and the hands of an operator. */
export class HostInCampaign {
  constructor(
    readonly host: RealHost,
    readonly unit: string,
    private readonly campaign: Campaign,
    private readonly api: Api,
  ) {}

  get server(): string {
    return `srv-${this.host.name}`;
  }

  job(action: HostAction): string {
    return action === 'stop' || action === 'start'
      ? `${action}-${this.host.name}`
      : `${action}-${this.server}`;
  }

  /** The job when it has ended well. */
  succeeds(action: HostAction): Promise<JobView> {
    return this.until(`${this.job(action)} to succeed`, async () => {
      const job = await this.campaign.job(this.job(action)).catch(() => null);
      return job?.status === 'succeeded' && job;
    });
  }

  /** The incident of a job's attempt, as the operators' list shows it. */
  incident(action: HostAction, attempt = 1): Promise<IncidentView> {
    const path = `/incidents/${encodeURIComponent(`${this.campaign.id}~${this.job(action)}`)}`;
    return this.until(`the incident of ${this.job(action)}/${attempt}`, async () => {
      const { status, body } = await this.api.ask<IncidentView>('GET', path);
      return status === 200 && body.status === 'open' && body.attempt === attempt && body;
    });
  }

  /** An operator's answer to a job; rejects when it is refused. */
  async answer(verb: 'retry' | 'complete' | 'skip', action: HostAction, reason: string): Promise<void> {
    const path = `/campaigns/${this.campaign.id}/jobs/${this.job(action)}/${verb}`;
    const { status, body } = await this.api.ask('POST', path, { reason });
    if (status >= 300) throw new Error(`${verb} of ${this.job(action)}: ${status} ${JSON.stringify(body)}`);
  }

  /** The folder of an attempt's journal on the host. */
  journal(action: HostAction, attempt = 1): string {
    return `/var/lib/patchtide/journal/${this.campaign.id}/${this.job(action)}/${attempt}`;
  }

  /** What an attempt has written on the host so far. */
  async output(action: HostAction, attempt = 1): Promise<string> {
    return (await this.host.readFile(`${this.journal(action, attempt)}/output`)) ?? '';
  }

  untilUnitIs(state: string): Promise<unknown> {
    return this.until(`${this.unit} to be ${state}`, async () => (await this.unitState()) === state);
  }

  /** Empty while the host is down. */
  unitState(): Promise<string> {
    return this.host.unitState(this.unit).catch(() => '');
  }

  /** Waits for something that is true on the host. */
  untilTrue(what: string, argv: readonly string[]): Promise<unknown> {
    return this.until(`${this.host.name}: ${what}`, async () => (await this.host.exec(argv)).code === 0);
  }

  until<T>(what: string, look: () => Promise<T> | T): Promise<NonNullable<Exclude<T, false>>> {
    return waitUntil(look, { timeoutMs: DEADLINE_MS, what, intervalMs: ASK_EVERY_MS });
  }

  /** What the campaign's events say about this host, in their order. */
  async story(): Promise<EventView[]> {
    const jobs = new Set<unknown>(HOST_ACTIONS.map((action) => this.job(action)));
    return (await this.campaign.events()).filter(({ data }) => jobs.has(data['job']));
  }

  /** The events of one type about one job. */
  async told(type: string, action: HostAction): Promise<EventView[]> {
    return (await this.story()).filter(
      (event) => event.type === type && event.data['job'] === this.job(action),
    );
  }
}
