import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type EventStore, type Pool, Relay, Sequencer } from '@patchtide/event-store';
import { type Bus, relayTarget } from '@patchtide/messaging';
import { BUS, LOGGER, Metrics, POOL, type ServiceLogger, STORE } from '@patchtide/service-kit';

/** Numbers committed events and publishes them. Every instance runs one; an advisory lock lets one of them work. */
@Injectable()
export class LogPump implements OnApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly sequencer: Sequencer;
  private readonly relay: Relay;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(POOL) pool: Pool,
    @Inject(STORE) store: EventStore,
    @Inject(BUS) bus: Bus,
    @Inject(LOGGER) logger: ServiceLogger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    const numbered = metrics.gauge({ name: 'log_position', help: 'Position of the last numbered event.' });
    const published = metrics.gauge({
      name: 'relay_position',
      help: 'Position of the last published event.',
    });
    this.sequencer = new Sequencer(pool, {
      onNumbered: (head) => {
        numbered.set(head);
        this.relay.poke();
      },
      onError: (error) => logger.error({ err: error }, 'numbering events failed and is tried again'),
    });
    this.relay = new Relay(store, relayTarget(bus), {
      leading: () => this.sequencer.leading,
      onPublished: (position) => published.set(position),
      onError: (error) => logger.error({ err: error }, 'publishing events failed and is tried again'),
    });
  }

  start(): void {
    this.running = Promise.all([this.sequencer.run(this.stop.signal), this.relay.run(this.stop.signal)]);
  }

  /** Something was appended here; it need not wait for the next poll. */
  poke(): void {
    this.sequencer.poke();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }
}
