import { createPool, migrate } from '@patchtide/event-store';

/** Brings the event store's tables up to date as the owner of the database. Safe to run from many places at once. */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  const pool = createPool(databaseUrl, { role: false, max: 1 });
  try {
    return await migrate(pool);
  } finally {
    await pool.end();
  }
}
