import type { Metrics, ServiceLogger } from '@patchtide/service-kit';
import type { KeeperNotices } from './keeper';
import type { OrderNotices } from './work-executor';

/** Logs and counts what becomes of orders. */
export function orderNotices(logger: ServiceLogger, metrics: Metrics): OrderNotices {
  const finished = metrics.counter({
    name: 'suppression_orders_finished_total',
    help: 'Orders for mutes and holds whose end was reported.',
    labels: ['action', 'outcome'],
  });
  return {
    onStarted: ({ jobName }) => logger.info({ jobName }, 'order begun'),
    onFinished: ({ action, jobName }, outcome, summary) => {
      finished.inc({ action, outcome });
      logger[outcome === 'succeeded' ? 'info' : 'warn']({ jobName, outcome, summary }, 'order ended');
    },
  };
}

/** Less than this left of a lease, and somebody should look now. */
const URGENT_MS = 5 * 60_000;

/** Logs and counts what the keepers do. */
export function keeperNotices(logger: ServiceLogger, metrics: Metrics): KeeperNotices {
  const kept = metrics.counter({
    name: 'suppression_leases_kept_total',
    help: 'Leases renewed, taken again or ended by the keeper.',
    labels: ['kind', 'why', 'outcome'],
  });
  return {
    onKept: (campaign, { suppression: { kind, subject, system }, why }) => {
      kept.inc({ kind, why, outcome: 'done' });
      const level = why === 'lost' || why === 'lifted-but-listed' ? 'warn' : 'debug';
      logger[level]({ campaign, kind, subject, system, why }, 'lease kept');
    },
    onFailed: (campaign, { suppression: { kind, subject, system }, why }, { error, leftMs }) => {
      kept.inc({ kind, why, outcome: 'failed' });
      const level = leftMs < URGENT_MS ? 'error' : 'warn';
      logger[level](
        { campaign, kind, subject, system, why, leftMs, err: error },
        'lease not kept, tried again soon',
      );
    },
    onUnlisted: (campaign, system, error) => {
      logger.warn({ campaign, system, err: error }, 'monitoring system could not be asked what it mutes');
    },
  };
}
