import { checkpointError } from '../postgres/pg-errors';
import type { Tx } from './tx';

/**
 * Moves a consumer's checkpoint inside the caller's transaction. Call it before the effects: the row stays locked until
 * the commit, so a second instance waits and then fails. Rejects with `CheckpointMoved` if it is not at `from`.
 */
export async function advanceCheckpoint(tx: Tx, name: string, from: number, to: number): Promise<void> {
  await tx.query('select es.advance_consumer($1, $2, $3)', [name, from, to]).catch((error: unknown) => {
    throw checkpointError(error);
  });
}

/** Sets a consumer's checkpoint to 0 inside the caller's transaction. */
export async function resetCheckpoint(tx: Tx, name: string): Promise<void> {
  await tx.query('select es.reset_consumer($1)', [name]);
}

/** The last position whose effects are committed; 0 for a consumer that has not begun. */
export async function readCheckpoint(tx: Tx, name: string): Promise<number> {
  const sql = 'select position::float8 as position from es.consumer where name = $1';
  const result = await tx.query(sql, [name]);
  return (rowsOf(result)[0] as { position: number } | undefined)?.position ?? 0;
}

// pg answers with { rows }, TypeORM with the rows themselves.
function rowsOf(result: unknown): unknown[] {
  if (Array.isArray(result)) return result;
  return (result as { rows: unknown[] }).rows;
}
