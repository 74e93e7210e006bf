import { SERVICE_ROLE } from '@patchtide/event-store';
import { DataSource } from 'typeorm';
import { Incident } from './incident.entity';
import { Incident1763800000000 } from './migrations/0001-incident';
import { Facts1763900000000 } from './migrations/0002-facts';

const STATEMENT_TIMEOUT_MS = 30_000;
// Any number that no other migration uses.
const MIGRATION_LOCK = 7_241_882_101;

/** The read model's database: as the service role for work, as the URL's own user for migrations. */
export function incidentDataSource(url: string, as: 'service' | 'owner'): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities: [Incident],
    migrations: [Incident1763800000000, Facts1763900000000],
    migrationsTableName: 'incident_migration',
    synchronize: false,
    poolSize: 5,
    connectTimeoutMS: 5_000,
    extra: {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      ...(as === 'service' ? { options: `-c role=${SERVICE_ROLE}` } : {}),
    },
  });
}

/** Brings the read model's tables up to date; several instances may do so at once. */
export async function migrateIncidents(url: string): Promise<void> {
  const source = await incidentDataSource(url, 'owner').initialize();
  try {
    // A connection of its own, held until the end: the lock belongs to it.
    const guard = source.createQueryRunner();
    await guard.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await source.runMigrations({ transaction: 'each' });
    await guard.release();
  } finally {
    // Ends the connection, and with it the lock.
    await source.destroy();
  }
}
