import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type Bus, type BusNotice, connectBus, ensureTopology, type StreamSpec } from '@patchtide/messaging';
import { SHUTDOWN } from '../bootstrap/shutdown-signal';
import type { BusConfig } from '../config/bus-config';
import { Readiness } from '../health/readiness';
import { LOGGER, type ServiceLogger } from '../logging/service-logger';
import { Metrics } from '../metrics/metrics';

/** Injection token of the connected bus. */
export const BUS = Symbol('bus');

export interface BusModuleOptions {
  /** The service's name, as the server's connection list shows it. */
  readonly name: string;
  readonly config: Readonly<BusConfig>;
  /** Streams to make at the start and after a wipe. Default: all of the house; `[]` for executors that may not. */
  readonly streams?: readonly StreamSpec[];
}

const WARNINGS: ReadonlySet<BusNotice['code']> = new Set([
  'cannot-connect-yet',
  'connection-lost',
  'feed-interrupted',
  'stream-created',
  'handler-failed',
  'reply-failed',
]);
const ERRORS: ReadonlySet<BusNotice['code']> = new Set(['dead-letter', 'dead-letter-failed']);

/** Connects the service to the bus: provides `BUS`, logs and counts its notices, makes it a readiness check. */
@Module({})
export class BusModule implements OnApplicationShutdown {
  constructor(@Inject(BUS) private readonly bus: Bus) {}

  static forRoot(options: BusModuleOptions): DynamicModule {
    const provider = {
      provide: BUS,
      inject: [LOGGER, Metrics, Readiness, SHUTDOWN],
      useFactory: (logger: ServiceLogger, metrics: Metrics, readiness: Readiness, shutdown: AbortSignal) =>
        connected(options, { logger, metrics, readiness, shutdown }),
    };
    return { module: BusModule, global: true, providers: [provider], exports: [BUS] };
  }

  /** After the consumers were drained and the HTTP server closed; the last acks are flushed here. */
  async onApplicationShutdown(): Promise<void> {
    await this.bus.close(2_000);
  }
}

interface Kit {
  readonly logger: ServiceLogger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly shutdown: AbortSignal;
}

async function connected(
  options: BusModuleOptions,
  { logger, metrics, readiness, shutdown }: Kit,
): Promise<Bus> {
  const { NATS_URL, NATS_TOKEN, NATS_USER, NATS_PASSWORD, NATS_CREDS, NATS_CA } = options.config;
  const notices = metrics.counter({
    name: 'bus_notices_total',
    help: 'What the bus reported.',
    labels: ['code'],
  });
  const bus = await connectBus({
    url: NATS_URL,
    name: options.name,
    signal: shutdown,
    onNotice: (notice) => {
      notices.inc({ code: notice.code });
      logNotice(logger, notice);
    },
    ...(NATS_TOKEN === undefined ? {} : { token: NATS_TOKEN }),
    ...(NATS_USER === undefined ? {} : { user: NATS_USER }),
    ...(NATS_PASSWORD === undefined ? {} : { password: NATS_PASSWORD }),
    ...(NATS_CREDS === undefined ? {} : { creds: NATS_CREDS }),
    ...(NATS_CA === undefined ? {} : { tls: { caFile: NATS_CA } }),
  });
  await ensureTopology(bus, options.streams);
  readiness.add('nats', () => bus.ping(1_500));
  return bus;
}

function logNotice(logger: ServiceLogger, { code, message, detail, error }: BusNotice): void {
  const fields = { ...detail, code, ...(error === undefined ? {} : { err: error }) };
  if (ERRORS.has(code)) logger.error(fields, message);
  else if (WARNINGS.has(code)) logger.warn(fields, message);
  else logger.info(fields, message);
}
