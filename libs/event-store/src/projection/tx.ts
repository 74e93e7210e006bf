import type { Pool, PoolClient } from '../postgres/pool';

/** What a projection needs of a transaction: a `pg` client, a TypeORM query runner and its entity manager all fit. */
export interface Tx {
  query(sql: string, params?: unknown[]): Promise<unknown>;
}

/** Runs work in one transaction: commits when it resolves, rolls back and rejects when it rejects. */
export type InTransaction<T extends Tx> = (work: (tx: T) => Promise<void>) => Promise<void>;

/** Transactions on a pool, for projections without an object-relational mapper. */
export function transactions(pool: Pool): InTransaction<PoolClient> {
  return async (work) => {
    const client = await pool.connect();
    let healthy = false;
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
      healthy = true;
    } finally {
      // A closed connection rolls back, also when it is too broken for a ROLLBACK.
      client.release(!healthy);
    }
  };
}
