import { hostname } from 'node:os';
import type { EventStore } from '@patchtide/event-store';
import { AttemptReports, type Bus } from '@patchtide/messaging';
import type { Metrics, ServiceLogger } from '@patchtide/service-kit';
import type { CampaignIndex } from './campaign-index';
import { Campaigns } from './campaigns';
import { Keeper } from './keeper';
import { KeeperLoop } from './keeper-loop';
import { keeperNotices, orderNotices } from './notices';
import { OrderWorker } from './order-worker';
import { type SuppressionConfig, leaseSettings } from './suppression-config';
import type { Systems } from './systems';
import { WorkExecutor } from './work-executor';

const CALL_MS = 15_000;
const ALIVE_EVERY_MS = 3_000;
const FIRST_DELAY_MS = 250;
const DRAIN_POLL_MS = 2_000;
const AT_ONCE = { mute: 8, hold: 32 } as const;
const ACTOR = 'monitoring-suppression';

export interface Surroundings {
  readonly config: Readonly<SuppressionConfig>;
  readonly store: EventStore;
  readonly index: CampaignIndex;
  readonly bus: Bus;
  readonly systems: Systems;
  readonly logger: ServiceLogger;
  readonly metrics: Metrics;
}

export interface Parts {
  readonly executor: WorkExecutor;
  readonly loops: readonly KeeperLoop[];
}

/** Puts the service together from what it stands on. */
export function assemble(around: Surroundings): Parts {
  const { store, index, systems, logger, metrics, bus } = around;
  const now = () => new Date();
  const leases = leaseSettings(around.config);
  const campaigns = new Campaigns(store, { actor: ACTOR, now });
  measure(campaigns, metrics);
  const pace = { callMs: CALL_MS, firstDelayMs: FIRST_DELAY_MS, drainPollMs: DRAIN_POLL_MS };
  const worker = new OrderWorker(campaigns, index, systems, { ...pace, leases, now });
  const reports = new AttemptReports(bus, {
    executor: `${ACTOR}@${hostname().slice(0, 80)}/${process.pid}`,
    now,
    aliveEveryMs: ALIVE_EVERY_MS,
    onMissed: (error) => logger.warn({ err: error }, 'sign of life was not stored'),
  });
  const notices = keeperNotices(logger, metrics);
  const loops = (['mute', 'hold'] as const).map((kind) => {
    const options = { kind, leases, callMs: CALL_MS, concurrency: AT_ONCE[kind], now };
    return new KeeperLoop(new Keeper(campaigns, index, systems, notices, options), index, {
      everyMs: around.config.KEEP_SECONDS * 1_000,
      now,
      onBroken: (error) =>
        logger.error({ kind, err: error }, 'the keeper could not look round, tried again soon'),
    });
  });
  return { executor: new WorkExecutor(worker, reports, orderNotices(logger, metrics)), loops };
}

/** What an operator watches: how much is held, and how long it would still last if we vanished now. */
function measure(campaigns: Campaigns, metrics: Metrics): void {
  metrics.gauge({ name: 'suppression_leases', help: 'Leases that this instance keeps.' }, (gauge) => {
    gauge.set([...campaigns.leases()].length);
  });
  metrics.gauge(
    {
      name: 'suppression_shortest_lease_seconds',
      help: 'What remains of the lease that ends first; 0 without any.',
    },
    (gauge) => {
      const ends = [...campaigns.leases()].map(({ endsAt }) => (Date.parse(endsAt) - Date.now()) / 1_000);
      gauge.set(ends.length === 0 ? 0 : Math.max(0, Math.min(...ends)));
    },
  );
}
