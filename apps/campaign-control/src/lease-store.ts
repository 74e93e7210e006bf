import type { Migration, Pool } from '@patchtide/event-store';

/** Who runs which campaign. Not history: wiping it only makes the instances elect again. */
export const leaseMigrations: readonly Migration[] = [
  {
    name: 'control-0001-lease',
    sql: `
create schema if not exists control;
create table control.lease (
  campaign   text primary key,
  holder     text,
  epoch      bigint not null default 0,
  expires_at timestamptz not null default '-infinity',
  closed     boolean not null default false
);
create index lease_open on control.lease (expires_at) where not closed;
grant usage on schema control to patchtide_service;
grant select, insert, update on control.lease to patchtide_service;
-- A campaign whose stream exists must never be without a row here.
insert into control.lease (campaign)
  select substr(stream_id, length('campaign-') + 1) from es.stream where category = 'campaign'
  on conflict do nothing;`,
  },
];

const MAX_CLAIMS = 50;

/** Leases per campaign, with an epoch that grows at every change of hands and fences the former holder. */
export class LeaseStore {
  constructor(
    private readonly pool: Pool,
    private readonly holder: string,
    private readonly ttlMs: number,
  ) {}

  /** Makes the campaign known, so that some instance will run it. */
  async register(campaign: string): Promise<void> {
    await this.pool.query('insert into control.lease (campaign) values ($1) on conflict do nothing', [
      campaign,
    ]);
  }

  async isKnown(campaign: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('select 1 from control.lease where campaign = $1', [campaign]);
    return rowCount === 1;
  }

  /** Takes a campaign nobody holds; the new epoch, or null when another instance holds it. */
  async acquire(campaign: string): Promise<number | null> {
    const { rows } = await this.pool.query<{ epoch: string }>(
      `update control.lease set holder = $2, epoch = epoch + 1, expires_at = now() + $3 * interval '1 millisecond'
       where campaign = $1 and (holder is null or expires_at < now()) returning epoch`,
      [campaign, this.holder, this.ttlMs],
    );
    return rows[0] ? Number(rows[0].epoch) : null;
  }

  /** Prolongs a lease; false when it was lost. */
  async renew(campaign: string, epoch: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update control.lease set expires_at = now() + $4 * interval '1 millisecond'
       where campaign = $1 and holder = $2 and epoch = $3`,
      [campaign, this.holder, epoch, this.ttlMs],
    );
    return rowCount === 1;
  }

  /** Gives a lease back, so that another instance need not wait for it to lapse. */
  async release(campaign: string, epoch: number, closed: boolean): Promise<void> {
    await this.pool.query(
      `update control.lease set holder = null, expires_at = '-infinity', closed = $4
       where campaign = $1 and holder = $2 and epoch = $3`,
      [campaign, this.holder, epoch, closed],
    );
  }

  /** Open campaigns that nobody holds. */
  async claimable(): Promise<string[]> {
    const { rows } = await this.pool.query<{ campaign: string }>(
      `select campaign from control.lease where not closed and (holder is null or expires_at < now()) limit ${MAX_CLAIMS}`,
    );
    return rows.map((row) => row.campaign);
  }
}
