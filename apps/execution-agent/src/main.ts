import 'reflect-metadata';
import { JetStreamStrategy } from '@patchtide/messaging';
import { BUS, runService } from '@patchtide/service-kit';
import { AgentConfig } from './agent-config';
import { AgentModule, workOf } from './agent.module';

/** Attempts end when they end; at shutdown they are handed over at once rather than waited for. */
const DRAIN_MS = 1_000;

void runService({
  name: 'execution-agent',
  port: 4104,
  env: process.env,
  config: AgentConfig,
  module: (config) => AgentModule.forRoot(config),
  strategy: (app) =>
    new JetStreamStrategy({
      bus: app.get(BUS),
      consumers: [workOf(app.get(AgentConfig))],
      drainMs: DRAIN_MS,
    }),
});
