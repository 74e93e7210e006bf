import type { Outcome, WorkOrder } from '@patchtide/contracts';
import type { Metrics, ServiceLogger } from '@patchtide/service-kit';
import type { ExecutionNotices } from './work-executor';

const CALM: ReadonlySet<Outcome> = new Set(['succeeded']);

/** Logs and counts what becomes of attempts. */
export function logNotices(logger: ServiceLogger, metrics: Metrics): ExecutionNotices {
  const started = metrics.counter({
    name: 'agent_attempts_started_total',
    help: 'Attempts begun or attached to.',
    labels: ['action'],
  });
  const finished = metrics.counter({
    name: 'agent_attempts_finished_total',
    help: 'Attempts whose end was reported.',
    labels: ['action', 'outcome'],
  });
  return {
    onStarted: ({ action, jobName, target }: WorkOrder) => {
      started.inc({ action });
      logger.info({ jobName, server: target?.server }, 'attempt begun');
    },
    onFinished: ({ action, jobName }, outcome, summary) => {
      finished.inc({ action, outcome });
      logger[CALM.has(outcome) ? 'info' : 'warn']({ jobName, outcome, summary }, 'attempt ended');
    },
    onSuperseded: ({ jobName, epoch }) => {
      logger.warn({ jobName, epoch }, 'attempt left to a newer order');
    },
  };
}
