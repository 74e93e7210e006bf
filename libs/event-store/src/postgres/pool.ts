import { Pool, type PoolConfig } from 'pg';

export type { Pool, PoolClient } from 'pg';

/** Role of everything that runs; the owner's role is for migrations only. */
export const SERVICE_ROLE = 'patchtide_service';

export interface PoolOptions {
  /** True (the default) acts as `patchtide_service`, which cannot change history; false acts as the URL's user. */
  readonly role?: boolean;
  /** Most connections at one time, default 10. */
  readonly max?: number;
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Hears of idle connections that broke. The next query opens another one and reports its own error. */
  readonly onIdleError?: (error: Error) => void;
}

/** A bounded connection pool whose connects and statements time out (5 s and 30 s unless told). End it with `end()`. */
export function createPool(url: string, options: PoolOptions = {}): Pool {
  const { role = true, max = 10, statementTimeoutMs = 30_000, connectTimeoutMs = 5_000 } = options;
  const pool = new Pool({
    ...connection(url, role),
    max,
    statement_timeout: statementTimeoutMs,
    // Fires only when the server does not even answer the statement's own timeout.
    query_timeout: statementTimeoutMs + 5_000,
    idle_in_transaction_session_timeout: statementTimeoutMs * 2,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: 'patchtide',
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  return pool;
}

function connection(url: string, role: boolean): PoolConfig {
  if (!role) return { connectionString: url };
  const option = `-c role=${SERVICE_ROLE}`;
  if (!/[?&]options=/.test(url)) return { connectionString: url, options: option };
  // Options of the URL win over those of the configuration, so ours are put beside them.
  const withRole = url.replace(
    /[?&]options=[^&#]*/,
    (present) => `${present}%20${encodeURIComponent(option)}`,
  );
  return { connectionString: withRole };
}
