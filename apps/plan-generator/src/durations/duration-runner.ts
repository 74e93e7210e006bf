import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type EventStore, type Pool, type PoolClient, Projector, transactions } from '@patchtide/event-store';
import { LOGGER, POOL, type ServiceLogger, STORE } from '@patchtide/service-kit';
import { durationProjection } from './duration-projection';
import { WorkedJobs } from './worked-jobs';

/** Keeps the durations of jobs up to date with the event store from start to shutdown. */
@Injectable()
export class DurationRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly projector: Projector<PoolClient>;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(POOL) pool: Pool,
    @Inject(STORE) store: EventStore,
    @Inject(LOGGER) logger: ServiceLogger,
  ) {
    this.projector = new Projector<PoolClient>({
      store,
      projection: durationProjection(new WorkedJobs(store)),
      inTransaction: transactions(pool),
      // The next plan reads it, not a person who waits: few large transactions rather than many small ones.
      busyPollMs: 500,
      idlePollMs: 1_000,
      onError: (error) => logger.error({ err: error }, 'the durations of jobs could not be kept'),
    });
  }

  onApplicationBootstrap(): void {
    this.running = this.projector.run(this.stop.signal);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }
}
