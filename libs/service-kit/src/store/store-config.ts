import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { BusConfig } from '../config/bus-config';

const POSTGRES_URL = /^postgres(ql)?:\/\/\S+$/;
const URL_HELP = {
  message: '$property is not a Postgres URL',
  context: { remedy: 'Write it like postgresql://user:password@host:5432/patchtide.' },
};

/** How a service with a place in the event store reaches it, and the bus. */
export class StoreConfig extends BusConfig {
  @Matches(POSTGRES_URL, URL_HELP) DATABASE_URL!: string;
  /** Owner of the schema; only for migrations. Default: DATABASE_URL. */
  @IsOptional() @Matches(POSTGRES_URL, URL_HELP) DATABASE_MIGRATION_URL?: string;
  /** `off` where another process has brought the schema up to date. */
  @IsIn(['on', 'off']) DATABASE_MIGRATE: 'on' | 'off' = 'on';
  @Type(() => Number) @IsInt() @Min(1) @Max(100) DATABASE_CONNECTIONS = 10;
}

/** The URL with the right to change the schema. */
export function ownerUrl(config: Readonly<StoreConfig>): string {
  return config.DATABASE_MIGRATION_URL ?? config.DATABASE_URL;
}
