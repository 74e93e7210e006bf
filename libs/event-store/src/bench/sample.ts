import { randomBytes } from 'node:crypto';
import type { Cause, NewEvent } from '../event';
import { uuidV7 } from '../event-id';

/** About 200 bytes of metadata. */
export const cause: Cause = {
  correlation: 'CHG0031337',
  causation: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  actor: 'campaign-control/0 on behalf of m.weber, standard policy',
  recordedAt: '2026-11-29T21:00:00.000Z',
};

/** About 400 bytes of data, like the report of an attempt. */
export function benchEvent(index: number): NewEvent {
  return {
    id: uuidV7(Date.now(), randomBytes(10)),
    type: 'AttemptFinished',
    schemaVersion: 1,
    data: {
      attemptId: `CHG0031337/stop-crm-db-01/${index}`,
      jobName: 'STOP_DB_crm-db-01',
      outcome: 'succeeded',
      exitCode: 0,
      durationMs: 1250 + index,
      executor: 'execution-agent-1',
      output: 'Stopping postgresql@15-main.service ... done. '.repeat(4),
      checks: [{ name: 'unit-inactive', ok: true }],
    },
  };
}

export function benchEvents(count: number, from: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => benchEvent(from + index));
}
