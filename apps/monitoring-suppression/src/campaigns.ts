import type { EventStore } from '@patchtide/event-store';
import { KeyQueue } from './key-queue';
import type { Lease } from './lease-rules';
import { type LogOptions, SuppressionLog } from './suppression-log';

/** What this instance holds in memory of one campaign. */
export interface CampaignDesk {
  readonly campaign: string;
  readonly log: SuppressionLog;
  /** By key of the suppression; empty after a start, so that everything is asserted again. */
  readonly leases: Map<string, Lease>;
  /** Keys of what shall be given back: not renewed any more, even when giving it back fails. */
  readonly leaving: Set<string>;
  /** One thing at a time per suppression: an order and the keeper must not overtake each other. */
  readonly queue: KeyQueue;
}

/** The campaigns this instance has to do with. */
export class Campaigns {
  private readonly desks = new Map<string, CampaignDesk>();

  constructor(
    private readonly store: EventStore,
    private readonly options: LogOptions,
  ) {}

  /** Callers queue their work at once: a desk without queued work may be forgotten. */
  of(campaign: string): CampaignDesk {
    const known = this.desks.get(campaign);
    if (known) return known;
    const log = new SuppressionLog(this.store, campaign, this.options);
    const desk = {
      campaign,
      log,
      leases: new Map<string, Lease>(),
      leaving: new Set<string>(),
      queue: new KeyQueue(),
    };
    this.desks.set(campaign, desk);
    return desk;
  }

  /** Frees the memory of a campaign that nobody is working on; it is read again when it is asked for. */
  forget(campaign: string): void {
    if (this.desks.get(campaign)?.queue.isIdle) this.desks.delete(campaign);
  }

  /** Every lease that this instance has asserted and not given back. */
  *leases(): Iterable<Lease> {
    for (const { leases } of this.desks.values()) yield* leases.values();
  }
}
