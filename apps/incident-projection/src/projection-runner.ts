import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type EventStore, Projector } from '@patchtide/event-store';
import { LOGGER, Readiness, type ServiceLogger, STORE } from '@patchtide/service-kit';
import { DataSource, type EntityManager } from 'typeorm';
import { incidentProjection } from './incident-projection';

/** Feeds the read model from the event store from start to shutdown. */
@Injectable()
export class ProjectionRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly projector: Projector<EntityManager>;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DataSource) private readonly source: DataSource,
    @Inject(STORE) store: EventStore,
    @Inject(LOGGER) logger: ServiceLogger,
    @Inject(Readiness) readiness: Readiness,
  ) {
    this.projector = new Projector<EntityManager>({
      store,
      projection: incidentProjection,
      inTransaction: (work) => source.transaction(work),
      // People read it; a transaction for every single event would cost more than it shows.
      busyPollMs: 50,
      onError: (error) => logger.error({ err: error }, 'the incident read model could not be advanced'),
    });
    readiness.add('read model', async () => void (await source.query('select 1')));
  }

  onApplicationBootstrap(): void {
    this.running = this.projector.run(this.stop.signal);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
    await this.source.destroy();
  }
}
