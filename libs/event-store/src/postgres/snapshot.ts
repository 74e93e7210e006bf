import type { Pool, PoolClient } from './pool';
import { SLOW_QUERY_TIMEOUT_MS } from './slow-query';

/** Runs a long reading work in one read-only snapshot of the database; each of its statements may take 10 minutes. */
export async function snapshot<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let healthy = false;
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query(`set local statement_timeout = ${SLOW_QUERY_TIMEOUT_MS}`);
    const result = await work(client);
    await client.query('commit');
    healthy = true;
    return result;
  } finally {
    client.release(!healthy);
  }
}
