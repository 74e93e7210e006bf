import { randomUUID } from 'node:crypto';
import { migrate } from '../postgres/migrate';
import { createPool, type Pool } from '../postgres/pool';

/** A database of the benchmark's own on a running server; removed at the end. */
export interface BenchDatabase {
  readonly url: string;
  readonly owner: Pool;
  /** Starts a case with an empty write-ahead backlog, so that cases do not pay for each other. */
  calm(): Promise<void>;
  remove(): Promise<void>;
}

// The columns and indexes of es.event without the hash: what anybody would write without an event store.
const RAW_TABLE = `create table raw_event (
  local_id bigint generated always as identity,
  stream_id text not null, version bigint not null, event_id uuid not null,
  type text not null, schema_version integer not null, body text not null, meta text not null,
  primary key (stream_id, version), unique (event_id), unique (local_id));
grant select, insert on raw_event to patchtide_service`;

export async function createBenchDatabase(serverUrl: string): Promise<BenchDatabase> {
  const name = `patchtide_bench_${randomUUID().slice(0, 8)}`;
  const admin = createPool(serverUrl, { role: false, max: 1 });
  await admin.query(`create database ${name} encoding 'UTF8' template template0`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const owner = createPool(url.href, { role: false, max: 2 });
  await migrate(owner);
  await owner.query(RAW_TABLE);
  return {
    url: url.href,
    owner,
    calm: async () => {
      await admin.query('checkpoint');
    },
    remove: async () => {
      await owner.end();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
