import {
  type DynamicModule,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type Provider,
  RequestMethod,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { AuthGuard } from '../auth/auth.guard';
import { TokenTable } from '../auth/token-table';
import type { ConfigClass } from '../config/load-config';
import { HealthController } from '../health/health.controller';
import { Readiness } from '../health/readiness';
import { requestLogging } from '../logging/request-logging';
import { LOGGER, type ServiceLogger } from '../logging/service-logger';
import { EVERYWHERE, HttpTiming } from '../metrics/http-timing';
import { Metrics } from '../metrics/metrics';
import { MetricsController } from '../metrics/metrics.controller';
import { ProblemFilter } from '../problems/problem.filter';
import { validationPipe } from '../problems/validation-pipe';
import { SHUTDOWN } from './shutdown-signal';

export interface KitModuleOptions {
  readonly name: string;
  readonly logger: ServiceLogger;
  /** `role:name:token`, comma separated; without it nobody may call anything but health and metrics. */
  readonly tokens?: string;
  readonly shutdown?: AbortSignal;
  /** More values for everybody, e.g. the service's configuration under its class. */
  readonly values?: ReadonlyMap<ConfigClass<object>, unknown>;
}

const EVERY_ROUTE = { path: EVERYWHERE, method: RequestMethod.ALL };

/** What every service has: logs, health, metrics, the guard, the filter and the pipe. Global. */
@Module({ controllers: [HealthController, MetricsController] })
export class KitModule implements NestModule {
  static forRoot(options: KitModuleOptions): DynamicModule {
    const { name, logger, tokens, shutdown = new AbortController().signal } = options;
    const values = [...(options.values ?? [])];
    const shared: Provider[] = [
      { provide: LOGGER, useValue: logger },
      { provide: SHUTDOWN, useValue: shutdown },
      {
        provide: TokenTable,
        useFactory: () => (tokens === undefined ? TokenTable.empty() : TokenTable.parse(tokens)),
      },
      { provide: Metrics, useFactory: () => new Metrics(name) },
      Readiness,
      ...values.map(([provide, useValue]): Provider => ({ provide, useValue })),
    ];
    return {
      module: KitModule,
      global: true,
      imports: [LoggerModule.forRoot({ pinoHttp: requestLogging(logger), forRoutes: [EVERY_ROUTE] })],
      providers: [
        ...shared,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
      exports: shared.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(HttpTiming).forRoutes(EVERY_ROUTE);
  }
}
