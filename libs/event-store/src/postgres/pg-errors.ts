import { CheckpointMoved, EventIdReused, VersionConflict } from '../errors';

const WRONG_VERSION = 'PT001';
const CHECKPOINT_MOVED = 'PT002';
const UNIQUE_VIOLATION = '23505';

interface SqlError {
  readonly code: string;
  readonly detail?: string | undefined;
  readonly constraint?: string | undefined;
}

/** The typed error behind an SQLSTATE of the append functions; any other error unchanged. */
export function appendError(error: unknown): unknown {
  const sql = sqlError(error);
  if (sql?.code === WRONG_VERSION) {
    const { stream, expected, actual } = JSON.parse(sql.detail ?? '{}') as VersionConflict;
    return new VersionConflict(stream, expected, actual);
  }
  if (sql?.code === UNIQUE_VIOLATION && sql.constraint === 'event_event_id_key') {
    return new EventIdReused(/=\(([0-9a-f-]{36})\)/.exec(sql.detail ?? '')?.[1] ?? 'unknown', {
      cause: error,
    });
  }
  return error;
}

/** `CheckpointMoved` where the database says so; any other error unchanged. */
export function checkpointError(error: unknown): unknown {
  if (sqlError(error)?.code !== CHECKPOINT_MOVED) return error;
  return new CheckpointMoved(error instanceof Error ? error.message : 'the checkpoint moved', {
    cause: error,
  });
}

// Object-relational mappers wrap the driver's error and keep its fields.
function sqlError(error: unknown): SqlError | undefined {
  const isSql = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return isSql ? (error as Error & SqlError) : undefined;
}
