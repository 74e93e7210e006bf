// One-shot program for installations with their own database: brings its tables up to date and ends.
import { migrateDatabase } from './migrate-database';

async function main(): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Error('set DATABASE_URL to the database of the owner of the tables');
  const applied = await migrateDatabase(databaseUrl);
  console.log(applied.length === 0 ? 'nothing to do' : `applied: ${applied.join(', ')}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
