import type { Server } from 'node:http';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { Logger } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { KitConfig } from '../config/kit-config';
import { type ConfigClass, type Environment, loadConfigs } from '../config/load-config';
import { Readiness, type ReadinessCheck } from '../health/readiness';
import { type ServiceLogger, serviceLogger } from '../logging/service-logger';
import { KitModule } from './kit.module';
import { type HostProcess, superviseLifetime } from './lifetime';

export interface ServiceOptions<C extends object> {
  readonly name: string;
  /** Listened on unless `PORT` says otherwise; 0 takes a free one. */
  readonly port: number;
  /** The environment, read in `main.ts` only. */
  readonly env: Environment;
  /** The service's own configuration; injectable under its class. */
  readonly config: ConfigClass<C>;
  /** The service's own module, made from its configuration. */
  readonly module: (config: Readonly<C>) => Type | DynamicModule;
  /** Makes the strategy for `@EventPattern` and `@MessagePattern` handlers. */
  readonly strategy?: (app: NestExpressApplication) => CustomTransportStrategy;
  readonly checks?: (app: NestExpressApplication) => Readonly<Record<string, ReadinessCheck>>;
  /** More set-up before the service listens, e.g. OpenAPI. */
  readonly configure?: (app: NestExpressApplication, config: Readonly<C>) => void | Promise<void>;
  /** Bound of a request body, default `1mb`. */
  readonly bodyLimit?: string;
  /** Bound of the shutdown, default 10,000. */
  readonly closeTimeoutMs?: number;
  readonly host?: HostProcess;
  readonly logTo?: DestinationStream;
}

export interface RunningService {
  readonly app: NestExpressApplication;
  readonly url: string;
  /** Ends everything in order: readiness, consumers, HTTP, providers. */
  close(): Promise<void>;
}

/**
 * Starts a service: configuration, modules, HTTP, then consumers; SIGTERM and SIGINT end it in the reverse order.
 * Rejects with `ConfigInvalid` listing every fault, or with whatever kept it from starting; the process should then exit.
 */
export async function bootstrapService<C extends object>(
  options: ServiceOptions<C>,
): Promise<RunningService> {
  const { kit, own } = loadConfigs({ kit: KitConfig, own: options.config }, options.env);
  const logger = serviceLogger(options.name, kit.LOG_LEVEL, options.logTo);
  const shutdown = new AbortController();
  const stops: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    shutdown.abort(new Error('the service is shutting down'));
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  const host = options.host ?? process;
  const closeTimeoutMs = options.closeTimeoutMs ?? 10_000;
  const letGo = superviseLifetime({ host, logger, closeTimeoutMs, close });
  try {
    const app = await create(options, { kit, own, logger, shutdown: shutdown.signal });
    stops.push(
      () => app.close(),
      () => stopListening(app.getHttpServer()),
    );
    const url = await start(app, options, { kit, own, stops });
    logger.info({ url }, 'started');
    return { app, url, close: () => close().finally(letGo) };
  } catch (error) {
    await close();
    letGo();
    throw error;
  }
}

interface Made<C> {
  readonly kit: Readonly<KitConfig>;
  readonly own: Readonly<C>;
}

async function create<C extends object>(
  options: ServiceOptions<C>,
  { kit, own, logger, shutdown }: Made<C> & { logger: ServiceLogger; shutdown: AbortSignal },
): Promise<NestExpressApplication> {
  const { name, config, module, bodyLimit = '1mb' } = options;
  const tokens = kit.PATCHTIDE_TOKENS;
  const values = new Map<ConfigClass<object>, unknown>([[config, own]]);
  const kitModule = KitModule.forRoot({
    name,
    logger,
    shutdown,
    values,
    ...(tokens === undefined ? {} : { tokens }),
  });
  @Module({ imports: [kitModule, module(own)] })
  class Service {}
  const app = await NestFactory.create<NestExpressApplication>(Service, {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.useBodyParser('json', { limit: bodyLimit });
  app.disable('x-powered-by');
  app.use(helmet());
  return app;
}

/** HTTP first, so that probes answer; consumers last, so that no message finds half a service. */
async function start<C extends object>(
  app: NestExpressApplication,
  options: ServiceOptions<C>,
  { kit, own, stops }: Made<C> & { stops: (() => Promise<unknown>)[] },
): Promise<string> {
  const readiness = app.get(Readiness);
  for (const [name, check] of Object.entries(options.checks?.(app) ?? {})) readiness.add(name, check);
  await options.configure?.(app, own);
  const strategy = options.strategy?.(app);
  if (strategy !== undefined) app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  await app.listen(kit.PORT ?? options.port, kit.HOST);
  if (strategy !== undefined) {
    stops.push(async () => void (await strategy.close()));
    await app.startAllMicroservices();
  }
  stops.push(async () => readiness.shutDown());
  return app.getUrl();
}

/** Requests underway may end within two seconds; streams that never end are cut then. */
async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  const cut = setTimeout(() => server.closeAllConnections(), 2_000);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
