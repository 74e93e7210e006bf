import type { Migration, Pool } from '@patchtide/event-store';
import type { Lease, Leases } from './leases';

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
  {
    // Hosts remember the epochs they have seen, so epochs must grow over a wiped table too.
    name: 'control-0002-epoch',
    sql: `
create sequence control.epoch;
select setval('control.epoch', (select greatest(max(epoch), 1) from control.lease));
grant usage on sequence control.epoch to patchtide_service;`,
  },
];

const MAX_CLAIMS = 50;

/** Leases as rows, timed by the database's clock: the instances' own clocks do not matter. */
export class PostgresLeases implements Leases {
  constructor(
    private readonly pool: Pool,
    private readonly holder: string,
    private readonly ttlMs: number,
  ) {}

  async register(campaign: string): Promise<void> {
    await this.pool.query('insert into control.lease (campaign) values ($1) on conflict do nothing', [
      campaign,
    ]);
  }

  async isKnown(campaign: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('select 1 from control.lease where campaign = $1', [campaign]);
    return rowCount === 1;
  }

  async acquire(campaign: string): Promise<number | null> {
    const { rows } = await this.pool.query<{ epoch: string }>(
      `update control.lease set holder = $2, epoch = nextval('control.epoch'), closed = false,
         expires_at = clock_timestamp() + $3 * interval '1 millisecond'
       where campaign = $1 and (holder is null or expires_at < clock_timestamp()) returning epoch`,
      [campaign, this.holder, this.ttlMs],
    );
    return rows[0] ? Number(rows[0].epoch) : null;
  }

  async renew(held: readonly Lease[]): Promise<ReadonlySet<string>> {
    if (held.length === 0) return new Set();
    const { rows } = await this.pool.query<{ campaign: string }>(
      `update control.lease l set expires_at = clock_timestamp() + $4 * interval '1 millisecond'
       from unnest($1::text[], $2::bigint[]) as mine (campaign, epoch)
       where l.campaign = mine.campaign and l.epoch = mine.epoch and l.holder = $3 returning l.campaign`,
      [held.map(({ campaign }) => campaign), held.map(({ epoch }) => epoch), this.holder, this.ttlMs],
    );
    return new Set(rows.map(({ campaign }) => campaign));
  }

  async release({ campaign, epoch }: Lease, atRest: boolean): Promise<void> {
    await this.pool.query(
      `update control.lease set holder = null, expires_at = '-infinity', closed = $4
       where campaign = $1 and holder = $2 and epoch = $3`,
      [campaign, this.holder, epoch, atRest],
    );
  }

  async claimable(): Promise<string[]> {
    const { rows } = await this.pool.query<{ campaign: string }>(
      `select campaign from control.lease where not closed and (holder is null or expires_at < clock_timestamp())
       order by expires_at limit ${MAX_CLAIMS}`,
    );
    return rows.map((row) => row.campaign);
  }

  async recover(): Promise<void> {
    await this.pool.query(
      `insert into control.lease (campaign)
       select id from (select substr(stream_id, length('campaign-') + 1) as id from es.stream where category = 'campaign') s
       where not exists (select from control.lease where campaign = id) on conflict do nothing`,
    );
  }
}
