import { anyPorts, type PortChoice } from './ports';
import { type DataDirectory, openDataDirectory } from './data-directory';
import { keepRunning, type KeptPart } from './keep-running';
import { LogFiles } from './log-files';
import { migrateDatabase } from './migrate-database';
import type { Part } from './part';
import { keptSecret, natsPart, postgresPart, type ServerPart } from './servers';
import { servicePart } from './service-part';
import { environmentOf, type ServiceContext, type ServiceName, SERVICES, type ServiceSpec } from './services';
import { type Tokens, tokensIn, tokensVariable } from './tokens';

export interface SystemOptions {
  /** Everything that survives a restart, and the logs. */
  readonly dataDir: string;
  /** Default: any free ones. */
  readonly ports?: PortChoice;
  /** Address the services listen on; default 127.0.0.1. The embedded servers always listen on 127.0.0.1 only. */
  readonly host?: string;
  /** A PostgreSQL and a NATS to use instead of the embedded ones. */
  readonly databaseUrl?: string | undefined;
  readonly natsUrl?: string | undefined;
  /** False: data survives a crash of any process, but not a power cut. For tests and trying out. Default true. */
  readonly durable?: boolean;
  readonly without?: readonly ServiceName[];
  /** More than one process of a service: `<service>`, `<service>-2`, ... */
  readonly instances?: Partial<Record<ServiceName, number>>;
  /** Environment variables for one service, on top of all others. */
  readonly settings?: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
  /** What the services inherit; default: our own environment. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Hears of ends and restarts. Default: nobody. */
  readonly report?: (line: string) => void;
}

/** A running system. */
export interface System {
  readonly directory: DataDirectory;
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly tokens: Tokens;
  /** Base URL of the first process of a service. */
  readonly urlOf: (service: ServiceName) => string;
  /** Every part by name: `postgres`, `nats`, and the processes of the services. */
  readonly parts: ReadonlyMap<string, KeptPart>;
  /** Resolves when a part does not stay up; stays open otherwise. */
  readonly gaveUp: Promise<Error>;
  /** Stops everything: first the services, then NATS, then PostgreSQL. */
  readonly stop: () => Promise<void>;
}

/** Starts the whole system and returns when every part is ready. Leaves nothing running when one does not start. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const start = new SystemStart(options, await openDataDirectory(options.dataDir));
  try {
    return await start.run();
  } catch (error) {
    await start.stop();
    throw error;
  }
}

class SystemStart {
  private readonly groups: KeptPart[][] = [];
  private readonly parts = new Map<string, KeptPart>();
  private readonly ports: PortChoice;
  private readonly host: string;
  private logs: LogFiles | undefined;

  constructor(
    private readonly options: SystemOptions,
    private readonly directory: DataDirectory,
  ) {
    this.ports = options.ports ?? anyPorts;
    this.host = options.host ?? '127.0.0.1';
  }

  async run(): Promise<System> {
    this.logs = await LogFiles.open(this.directory.logs, this.report);
    const databaseUrl = this.options.databaseUrl ?? (await this.server(await this.postgres()));
    const natsUrl = this.options.natsUrl ?? (await this.server(await this.nats()));
    await migrateDatabase(databaseUrl);
    const tokens = await tokensIn(this.directory.tokens);
    const ports = await this.servicePorts();
    const urlOf = (service: ServiceName): string => `http://${this.host}:${ports.get(service)}`;
    const given = this.options.environment ?? process.env;
    await this.services(ports, {
      databaseUrl,
      natsUrl,
      policyDir: this.directory.policies,
      tokens: tokensVariable(tokens),
      logLevel: 'info',
      urlOf,
      given,
    });
    const { parts, directory, stop } = this;
    const gaveUp = Promise.race([...parts.values()].map((part) => part.gaveUp));
    return { directory, databaseUrl, natsUrl, tokens, urlOf, parts, gaveUp, stop };
  }

  readonly stop = async (): Promise<void> => {
    // Last started, first stopped; within a group all at once.
    for (const group of this.groups.splice(0).reverse()) {
      await Promise.all(group.map((part) => part.stop()));
    }
    this.logs?.close();
  };

  private readonly report = (line: string): void => this.options.report?.(line);

  private async postgres(): Promise<ServerPart> {
    const place = {
      dataDir: this.directory.postgres,
      port: await this.ports('postgres'),
      log: this.log('postgres'),
    };
    return postgresPart(place, this.options.durable ?? true);
  }

  private async nats(): Promise<ServerPart> {
    const place = { dataDir: this.directory.nats, port: await this.ports('nats'), log: this.log('nats') };
    return natsPart(place, await keptSecret(this.directory.root, 'nats-token'));
  }

  private async server({ part, url }: ServerPart): Promise<string> {
    await this.keep([part]);
    return url();
  }

  /** Ports of the processes by name: of the first instance of every service, and of the further ones. */
  private async servicePorts(): Promise<Map<string, number>> {
    const ports = new Map<string, number>();
    for (const spec of SERVICES) {
      for (const name of this.instanceNames(spec)) ports.set(name, await this.ports(name));
    }
    return ports;
  }

  private async services(ports: ReadonlyMap<string, number>, context: ServiceContext): Promise<void> {
    const wanted = SERVICES.filter(({ name }) => !this.options.without?.includes(name));
    const parts = wanted.flatMap((spec) =>
      this.instanceNames(spec).map((name) =>
        servicePart({
          name,
          app: spec.name,
          host: this.host,
          port: ports.get(name) ?? 0,
          environment: { ...environmentOf(spec, context), ...this.options.settings?.[spec.name] },
          log: this.log(name),
        }),
      ),
    );
    await this.keep(parts);
  }

  private instanceNames({ name }: ServiceSpec): string[] {
    const count = this.options.instances?.[name] ?? 1;
    return Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
  }

  /** Starts a group of parts at once. When one fails, the others are already known and get stopped. */
  private async keep(group: readonly Part[]): Promise<void> {
    const kept: KeptPart[] = [];
    this.groups.push(kept);
    const results = await Promise.allSettled(
      group.map(async (part) => {
        const keptPart = await keepRunning(part, { report: this.report });
        kept.push(keptPart);
        this.parts.set(part.name, keptPart);
      }),
    );
    const reasons = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as Error);
    if (reasons.length > 0) throw new Error(reasons.map(({ message }) => message).join('\n\n'));
  }

  private log(part: string): string {
    return this.logs?.of(part) ?? '';
  }
}
