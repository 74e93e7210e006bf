import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type EventStore, type Pool, Relay, Sequencer } from '@patchtide/event-store';
import { type Bus, relayTarget } from '@patchtide/messaging';
import { BUS, LOGGER, Metrics, POOL, type ServiceLogger, STORE } from '@patchtide/service-kit';

/** How often a relay that stopped for good looks whether somebody has repaired the carrier. */
const LOOK_AGAIN_MS = 15_000;

/** Numbers committed events and publishes them. Every instance runs one; an advisory lock lets one of them work. */
@Injectable()
export class LogPump implements OnApplicationShutdown {
  private readonly stop = new AbortController();
  private readonly sequencer: Sequencer;
  private readonly relay: Relay;
  private running: Promise<unknown> = Promise.resolve();
  private refusal: unknown = null;

  constructor(
    @Inject(POOL) pool: Pool,
    @Inject(STORE) store: EventStore,
    @Inject(BUS) bus: Bus,
    @Inject(LOGGER) private readonly logger: ServiceLogger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    const numbered = metrics.gauge({ name: 'log_position', help: 'Position of the last numbered event.' });
    const published = metrics.gauge({
      name: 'relay_position',
      help: 'Position of the last published event.',
    });
    metrics.gauge(
      { name: 'relay_refused', help: '1 while the relay has stopped and needs a person.' },
      (gauge) => gauge.set(this.refusal === null ? 0 : 1),
    );
    this.sequencer = new Sequencer(pool, {
      onNumbered: (head) => {
        numbered.set(head);
        this.relay.poke();
      },
      onError: (error) => logger.error({ err: error }, 'numbering events failed and is tried again'),
    });
    this.relay = new Relay(store, relayTarget(bus), {
      leading: () => this.sequencer.leading,
      onPublished: (position) => {
        this.refusal = null;
        published.set(position);
      },
      onError: (error) => logger.error({ err: error }, 'publishing events failed and is tried again'),
    });
  }

  start(): void {
    this.running = Promise.all([this.sequencer.run(this.stop.signal), this.publish(this.stop.signal)]);
  }

  /** Something was appended here; it need not wait for the next poll. */
  poke(): void {
    this.sequencer.poke();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /** A carrier that holds more than the log needs a person; campaigns go on without it, since Postgres is the truth. */
  private async publish(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.relay.run(signal);
      } catch (error) {
        this.refusal = error;
        this.logger.error({ err: error }, 'publishing events has stopped until the carrier is repaired');
        await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
