import type { QueryConfig } from 'pg';

/** Longest time a statement of an audit or a migration may take. */
export const SLOW_QUERY_TIMEOUT_MS = 600_000;

/** A query that may take longer than the pool allows; the server's own limit is set by the caller. */
export function slowQuery(text: string, values: unknown[] = []): QueryConfig {
  // The driver knows this option per query, its type definitions only per connection.
  const config: QueryConfig & { query_timeout: number } = {
    text,
    values,
    query_timeout: SLOW_QUERY_TIMEOUT_MS + 5_000,
  };
  return config;
}
