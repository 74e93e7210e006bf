import type { Migration, Pool } from '@patchtide/event-store';

/** A campaign that may have something to keep; `registrations` grows each time one of its suppressions begins. */
export interface OpenCampaign {
  readonly campaign: string;
  readonly registrations: number;
}

/** Which campaigns the keeper looks at. Not history: it is made again from the streams at every start. */
export interface CampaignIndex {
  /** Adds every campaign that has a suppression stream and is not known; they count as open until looked at. */
  seed(): Promise<void>;
  open(): Promise<OpenCampaign[]>;
  /** Opens a campaign, after the intention stands in its stream. */
  register(campaign: string): Promise<void>;
  /** Closes a campaign unless something was registered since it was looked at. */
  close(seen: OpenCampaign): Promise<void>;
}

export const indexMigrations: readonly Migration[] = [
  {
    name: 'suppression-0001-campaign',
    sql: `
create schema if not exists suppression;
create table suppression.campaign (
  campaign      text primary key,
  registrations bigint  not null default 1,
  closed        boolean not null default false
);
create index campaign_open on suppression.campaign (campaign) where not closed;
grant usage on schema suppression to patchtide_service;
grant select, insert, update on suppression.campaign to patchtide_service;`,
  },
];

export class PostgresCampaignIndex implements CampaignIndex {
  constructor(private readonly pool: Pool) {}

  async seed(): Promise<void> {
    await this.pool.query(
      `insert into suppression.campaign (campaign)
       select substr(stream_id, length('suppression-') + 1) from es.stream where category = 'suppression'
       on conflict do nothing`,
    );
  }

  async open(): Promise<OpenCampaign[]> {
    const { rows } = await this.pool.query<{ campaign: string; registrations: string }>(
      'select campaign, registrations from suppression.campaign where not closed order by campaign',
    );
    return rows.map(({ campaign, registrations }) => ({ campaign, registrations: Number(registrations) }));
  }

  async register(campaign: string): Promise<void> {
    await this.pool.query(
      `insert into suppression.campaign as c (campaign) values ($1)
       on conflict (campaign) do update set registrations = c.registrations + 1, closed = false`,
      [campaign],
    );
  }

  async close({ campaign, registrations }: OpenCampaign): Promise<void> {
    await this.pool.query(
      'update suppression.campaign set closed = true where campaign = $1 and registrations = $2',
      [campaign, registrations],
    );
  }
}

/** The index without a database. */
export class MemoryCampaignIndex implements CampaignIndex {
  private readonly rows = new Map<string, { registrations: number; closed: boolean }>();

  seed(): Promise<void> {
    return Promise.resolve();
  }

  open(): Promise<OpenCampaign[]> {
    const open = [...this.rows].filter(([, { closed }]) => !closed);
    return Promise.resolve(open.map(([campaign, { registrations }]) => ({ campaign, registrations })));
  }

  register(campaign: string): Promise<void> {
    const registrations = (this.rows.get(campaign)?.registrations ?? 0) + 1;
    this.rows.set(campaign, { registrations, closed: false });
    return Promise.resolve();
  }

  close({ campaign, registrations }: OpenCampaign): Promise<void> {
    const row = this.rows.get(campaign);
    if (row?.registrations === registrations) row.closed = true;
    return Promise.resolve();
  }
}
