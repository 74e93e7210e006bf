import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { HostKeys, SshShell, StepJournal } from '@patchtide/connectors/remote-shell';
import { ALL_ZONES, subjects } from '@patchtide/contracts';
import {
  AttemptReports,
  type Bus,
  type ConsumeOptions,
  consumers,
  STREAMS,
  topology,
} from '@patchtide/messaging';
import { BUS, BusModule, LOGGER, Metrics, type ServiceLogger } from '@patchtide/service-kit';
import type { AgentConfig } from './agent-config';
import { AttemptFollower } from './attempt-follower';
import { logNotices } from './log-notices';
import { WorkExecutor } from './work-executor';
import { workController } from './work.controller';

const ALIVE_EVERY_MS = 3_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** What an agent touches on the bus. */
const AGENT_STREAMS: ReadonlySet<string> = new Set([STREAMS.work, STREAMS.reports, STREAMS.dead]);

/** The orders this agent takes: those of its zone, or of every zone. */
export function workOf({ AGENT_ZONE, AGENT_CONCURRENCY }: Readonly<AgentConfig>): ConsumeOptions {
  const spec = consumers.work('host', AGENT_ZONE);
  const filterSubject = AGENT_ZONE === ALL_ZONES ? subjects.work('host', '>') : spec.filterSubject;
  return { ...spec, filterSubject, concurrency: AGENT_CONCURRENCY };
}

async function sshShell(config: Readonly<AgentConfig>): Promise<SshShell> {
  return new SshShell({
    user: config.AGENT_SSH_USER,
    privateKey: await readFile(config.AGENT_SSH_KEY),
    hostKeys: await HostKeys.load(config.AGENT_KNOWN_HOSTS),
    useSudo: config.AGENT_SUDO === 'on',
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  });
}

function attemptReports(bus: Bus, logger: ServiceLogger): AttemptReports {
  return new AttemptReports(bus, {
    executor: `execution-agent@${hostname().slice(0, 80)}/${process.pid}`,
    now: () => new Date(),
    aliveEveryMs: ALIVE_EVERY_MS,
    onMissed: (error) => logger.warn({ err: error }, 'sign of life was not stored'),
  });
}

/** Everything of an agent, made from its configuration. */
@Module({})
export class AgentModule implements OnApplicationShutdown {
  constructor(@Inject(SshShell) private readonly shell: SshShell) {}

  static forRoot(config: Readonly<AgentConfig>): DynamicModule {
    const streams = topology().filter(({ name }) => AGENT_STREAMS.has(name));
    return {
      module: AgentModule,
      imports: [BusModule.forRoot({ name: 'execution-agent', config, streams })],
      controllers: [workController(workOf(config).durable)],
      providers: [
        { provide: SshShell, useFactory: () => sshShell(config) },
        { provide: AttemptReports, inject: [BUS, LOGGER], useFactory: attemptReports },
        {
          provide: WorkExecutor,
          inject: [SshShell, AttemptReports, LOGGER, Metrics],
          useFactory: (shell: SshShell, reports: AttemptReports, logger: ServiceLogger, metrics: Metrics) => {
            const journal = new StepJournal(shell, { root: config.AGENT_ROOT });
            return new WorkExecutor(new AttemptFollower(journal), reports, logNotices(logger, metrics));
          },
        },
      ],
    };
  }

  /** After the orders were given back; what runs on the hosts runs on, and another agent finds it there. */
  async onApplicationShutdown(): Promise<void> {
    await this.shell.close();
  }
}
