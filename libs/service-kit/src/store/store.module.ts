import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import {
  createPool,
  migrate,
  type Migration,
  type Pool,
  PostgresEventStore,
  storeMigrations,
} from '@patchtide/event-store';
import { Readiness } from '../health/readiness';
import { LOGGER, type ServiceLogger } from '../logging/service-logger';
import { ownerUrl, type StoreConfig } from './store-config';

/** Injection token of the event store. */
export const STORE = Symbol('event store');
/** Injection token of the connection pool, which acts as the service role. */
export const POOL = Symbol('connection pool');

export interface StoreModuleOptions {
  readonly config: Readonly<StoreConfig>;
  /** The service's own tables, after those of the event store. */
  readonly migrations?: readonly Migration[];
}

/** Connects the service to Postgres: brings the schema up to date, provides `STORE` and `POOL`, is a readiness check. */
@Module({})
export class StoreModule implements OnApplicationShutdown {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  static forRoot(options: StoreModuleOptions): DynamicModule {
    const pool = {
      provide: POOL,
      inject: [LOGGER, Readiness],
      useFactory: (logger: ServiceLogger, readiness: Readiness) => openPool(options, logger, readiness),
    };
    const store = {
      provide: STORE,
      inject: [POOL],
      useFactory: (open: Pool) => new PostgresEventStore(open),
    };
    return { module: StoreModule, global: true, providers: [pool, store], exports: [POOL, STORE] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

/** Applies the store's migrations and the service's own as the owner of the schema; returns the names of those applied. */
export async function migrateStore({ config, migrations = [] }: StoreModuleOptions): Promise<string[]> {
  const owner = createPool(ownerUrl(config), { role: false, max: 1 });
  try {
    return await migrate(owner, [...storeMigrations, ...migrations]);
  } finally {
    await owner.end();
  }
}

async function openPool(
  options: StoreModuleOptions,
  logger: ServiceLogger,
  readiness: Readiness,
): Promise<Pool> {
  const { config } = options;
  if (config.DATABASE_MIGRATE === 'on') {
    const applied = await migrateStore(options);
    if (applied.length > 0) logger.info({ applied }, 'schema brought up to date');
  }
  const pool = createPool(config.DATABASE_URL, {
    max: config.DATABASE_CONNECTIONS,
    onIdleError: (error) => logger.warn({ err: error }, 'an idle database connection broke'),
  });
  readiness.add('postgres', async () => void (await pool.query('select 1')));
  return pool;
}
