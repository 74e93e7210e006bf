import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { HostAccess } from './connected-systems';
import type { KeeperLoop } from './keeper-loop';

/** Starts the keepers with the service, and ends them, then the shell they use, with it. */
export class Keepers implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly loops: readonly KeeperLoop[],
    private readonly hosts: HostAccess,
  ) {}

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.hosts.shell?.close();
  }

  /** Throws when a keeper has not looked round for so long that leases may run out. */
  check(nowMs: number, withinMs: number): void {
    for (const { lastRoundAtMs } of this.loops) {
      if (lastRoundAtMs === undefined) throw new Error('the keeper has not looked round yet');
      if (nowMs - lastRoundAtMs > withinMs) throw new Error('the keeper has not looked round for too long');
    }
  }
}
