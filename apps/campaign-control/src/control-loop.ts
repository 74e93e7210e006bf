import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { subjects } from '@patchtide/contracts';
import type { Bus, Serving } from '@patchtide/messaging';
import { BUS, LOGGER, type ServiceLogger } from '@patchtide/service-kit';
import { handleCommand } from './command-handler';
import { ControlConfig } from './config';
import { CampaignDirectory } from './directory';
import { LogPump } from './log-pump';

/** How often free campaigns are looked for; with the life of a lease it bounds how long a takeover takes. */
const CLAIM_EVERY_MS = 1_000;

/** Drives the directory: leases, claims, clocks and commands, each on its own rhythm, from start to shutdown. */
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
      this.every(CLAIM_EVERY_MS, () => this.directory.claimFree()),
      // Not awaited: the slowest campaign must not set the pace of the others. No campaign takes two turns at once.
      this.every(this.config.TICK_MS, () => void this.directory.tick()),
    );
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await this.serving?.stop();
    await Promise.all(this.loops);
    await this.directory.close();
  }

  private async every(pauseMs: number, work: () => Promise<void> | void): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        this.logger.error({ err: error }, 'a round of campaign control failed');
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
