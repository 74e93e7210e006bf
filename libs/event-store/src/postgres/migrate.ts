import { sha256 } from '../hash-chain';
import { MigrationChanged } from '../errors';
import { type Migration, storeMigrations } from './migrations/list';
import type { Pool, PoolClient } from './pool';
import { SLOW_QUERY_TIMEOUT_MS, slowQuery } from './slow-query';

// Any fixed number will do; advisory locks belong to the database, so databases do not wait for each other.
const LOCK = 7_241_882_001;

/**
 * Applies what is missing, each migration in its own transaction, and returns the names of those applied now. Safe to
 * call from many processes at once; a service with tables of its own passes `[...storeMigrations, ...its own]`. The pool must be the owner's (`role: false`). Rejects with `MigrationChanged` when
 * an applied migration's text differs from ours.
 */
export async function migrate(
  pool: Pool,
  migrations: readonly Migration[] = storeMigrations,
): Promise<string[]> {
  const client = await pool.connect();
  let healthy = false;
  try {
    await client.query(`set statement_timeout = ${SLOW_QUERY_TIMEOUT_MS}`);
    await client.query(slowQuery('select pg_advisory_lock($1)', [LOCK]));
    const applied = await applyMissing(client, migrations);
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
    await client.query('reset statement_timeout');
    healthy = true;
    return applied;
  } finally {
    // Closing the connection of a failed run gives its lock back.
    client.release(!healthy);
  }
}

async function applyMissing(client: PoolClient, migrations: readonly Migration[]): Promise<string[]> {
  await prepare(client);
  const { rows } = await client.query<{ name: string; digest: string }>(
    'select name, digest from es.migration',
  );
  const known = new Map(rows.map(({ name, digest }) => [name, digest]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const digest = sha256(migration.sql).toString('hex');
    const present = known.get(migration.name);
    if (present === undefined) {
      await apply(client, migration, digest);
      applied.push(migration.name);
    } else if (present !== digest) {
      throw new MigrationChanged(
        `migration ${migration.name} was applied with another text than this program has`,
      );
    }
  }
  return applied;
}

async function prepare(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ encoding: string }>(
    "select current_setting('server_encoding') as encoding",
  );
  if (rows[0]?.encoding !== 'UTF8') {
    throw new Error(`the database has encoding ${rows[0]?.encoding}; create it with encoding UTF8`);
  }
  await client.query('create schema if not exists es');
  await client.query(
    'create table if not exists es.migration (name text primary key, digest text not null, applied_at timestamptz not null default now())',
  );
}

async function apply(client: PoolClient, { name, sql }: Migration, digest: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(slowQuery(sql));
    await client.query('insert into es.migration (name, digest) values ($1, $2)', [name, digest]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${name} failed`, { cause: error });
  }
}
