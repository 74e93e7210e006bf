import { randomUUID } from 'node:crypto';
import { migrate } from '../postgres/migrate';
import { createPool, type Pool } from '../postgres/pool';
import { Sequencer } from '../log/sequencer';
import { until } from './until';
import { PostgresEventStore } from '../postgres/postgres-event-store';

/** A database of its own on a running server, migrated, with an owner's and a service's pool. */
export interface TestDatabase {
  readonly url: string;
  /** Superuser. */
  readonly owner: Pool;
  readonly service: Pool;
  readonly store: PostgresEventStore;
  /** Numbers everything committed so far, by a sequencer that lives only for this call. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function testDatabase(serverUrl: string, max = 40): Promise<TestDatabase> {
  const url = await createDatabase(serverUrl);
  const owner = createPool(url, { role: false });
  const service = createPool(url, { max });
  await migrate(owner);
  return {
    url,
    owner,
    service,
    store: new PostgresEventStore(service),
    settle: () => settle(service),
    close: async () => {
      await Promise.all([owner.end(), service.end()]);
    },
  };
}

/** The URL of a new, empty database on the server. */
export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  const admin = createPool(serverUrl, { role: false, max: 1 });
  await admin.query(`create database ${name} encoding 'UTF8' template template0`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function settle(pool: Pool): Promise<void> {
  const stop = new AbortController();
  const sequencer = new Sequencer(pool, { retryMs: 5, busyPollMs: 1 });
  const running = sequencer.run(stop.signal);
  await until(async () => {
    const { rows } = await pool.query<{ waiting: boolean }>(
      'select exists (select from es.outbox) as waiting',
    );
    return rows[0]?.waiting === false;
  });
  stop.abort();
  await running;
}
