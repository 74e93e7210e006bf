import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Readiness } from '@patchtide/service-kit';
import { LogFollower } from './log-follower';

/** Keeps the follower at work from start to shutdown; the console is ready once it has caught up. */
@Injectable()
export class FollowRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(LogFollower) private readonly follower: LogFollower,
    @Inject(Readiness) readiness: Readiness,
  ) {
    readiness.add('campaigns', () => {
      if (!follower.isCaughtUp) throw new Error(`still reading the log, at position ${follower.position}`);
    });
  }

  onApplicationBootstrap(): void {
    this.running = this.follower.run(this.stop.signal);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }
}
