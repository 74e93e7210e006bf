import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { subjects } from '@patchtide/contracts';
import type { Bus, Serving } from '@patchtide/messaging';
import { BUS, LOGGER, type ServiceLogger } from '@patchtide/service-kit';
import { handleCommand } from './command-handler';
import { ControlConfig } from './config';
import { CampaignDirectory } from './directory';
import { LogPump } from './log-pump';

/** Drives the directory: leases, clocks and commands, each on its own rhythm, from start to shutdown. */
@Injectable()
export class ControlLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stop = new AbortController();
  private readonly loops: Promise<void>[] = [];
  private serving: Serving | null = null;

  constructor(
    @Inject(CampaignDirectory) private readonly directory: CampaignDirectory,
    @Inject(LogPump) private readonly pump: LogPump,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(ControlConfig) private readonly config: ControlConfig,
    @Inject(LOGGER) private readonly logger: ServiceLogger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.pump.start();
    // Every instance hears every command; the one that holds the campaign answers.
    const answer = ({ data }: { data: unknown }) => handleCommand(this.directory, data, new Date());
    this.serving = await this.bus.serve(subjects.campaignCommands, answer, { queue: false });
    this.loops.push(
      this.every(this.config.LEASE_MS / 3, () => this.directory.keepLeases()),
      this.every(this.config.TICK_MS, () => this.directory.tick()),
    );
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await this.serving?.stop();
    await Promise.all(this.loops);
    await this.directory.close();
  }

  private async every(pauseMs: number, work: () => Promise<void>): Promise<void> {
    while (!this.stop.signal.aborted) {
      await work().catch((error: unknown) =>
        this.logger.error({ err: error }, 'a round of campaign control failed'),
      );
      await this.pause(pauseMs);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.stop;
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }
}
