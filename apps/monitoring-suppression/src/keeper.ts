import { CallFailed } from '@patchtide/connectors/monitoring';
import type { CampaignIndex, OpenCampaign } from './campaign-index';
import type { CampaignDesk, Campaigns } from './campaigns';
import { type KeepAction, type LeaseSettings, type Listed, planKeeping, systemsToList } from './lease-rules';
import { type Kind, type SuppressionState, hasOpen, keyOf } from './suppression-state';
import type { Systems } from './systems';

export interface KeeperOptions {
  /** Mutes and holds have a keeper each: hosts that are rebooting must not keep monitoring systems waiting. */
  readonly kind: Kind;
  readonly leases: LeaseSettings;
  readonly callMs: number;
  /** Calls to foreign systems at the same time. */
  readonly concurrency: number;
  readonly now: () => Date;
}

/** What the keeper did, for logs and metrics. */
export interface KeeperNotices {
  onKept(campaign: string, action: KeepAction): void;
  /** The keeper tries again at its next round; `leftMs` is what remains of the lease, 0 when that is not known. */
  onFailed(campaign: string, action: KeepAction, problem: { error: unknown; leftMs: number }): void;
  onUnlisted(campaign: string, system: string, error: unknown): void;
}

/**
 * Keeps what campaigns have taken for as long as they have not given it back: renews leases, takes again what a system
 * has forgotten, ends what should have ended. Everything it knows comes from the streams, so it starts anywhere,
 * any time; several instances do no harm to each other.
 */
export class Keeper {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly index: CampaignIndex,
    private readonly systems: Systems,
    private readonly notices: KeeperNotices,
    private readonly options: KeeperOptions,
  ) {}

  /** One look at every open campaign. Rejects only when our own store cannot be reached. */
  async round(signal: AbortSignal): Promise<void> {
    for (const open of await this.index.open()) {
      if (signal.aborted) return;
      await this.keep(open, signal);
    }
  }

  private async keep(open: OpenCampaign, signal: AbortSignal): Promise<void> {
    const desk = this.campaigns.of(open.campaign);
    const state = await desk.log.refresh();
    const listings = await this.list(open.campaign, state, signal);
    const { leases, leaving } = desk;
    const nowMs = this.options.now().getTime();
    const keeping = { state, leases, leaving, listings, nowMs, settings: this.options.leases };
    const actions = planKeeping(this.options.kind, keeping);
    await this.actAll(desk, actions, signal);
    if (hasOpen(desk.log.state) || actions.length > 0) return;
    await this.index.close(open);
    this.campaigns.forget(open.campaign);
  }

  /** A system that cannot be asked now is left out: then only the clock says what is due. */
  private async list(campaign: string, state: SuppressionState, signal: AbortSignal) {
    const listings = new Map<string, readonly Listed[]>();
    for (const system of this.options.kind === 'mute' ? systemsToList(state) : []) {
      try {
        const call = { timeoutMs: this.options.callMs, signal };
        listings.set(system, await this.systems.list(campaign, system, call));
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        if (!signal.aborted) this.notices.onUnlisted(campaign, system, error);
      }
    }
    return listings;
  }

  private async actAll(
    desk: CampaignDesk,
    actions: readonly KeepAction[],
    signal: AbortSignal,
  ): Promise<void> {
    const waiting = [...actions];
    const next = async (): Promise<void> => {
      for (let action = waiting.shift(); action && !signal.aborted; action = waiting.shift()) {
        const present = action;
        await desk.queue.run(keyOf(present.suppression), () => this.act(desk, present, signal));
      }
    };
    await Promise.all(Array.from({ length: this.options.concurrency }, next));
  }

  private async act(desk: CampaignDesk, action: KeepAction, signal: AbortSignal): Promise<void> {
    const key = keyOf(action.suppression);
    // An order may have come first: what it found and left counts, not what was planned before it.
    const known = desk.log.state.suppressions.get(key);
    const isStale =
      known?.status !== action.suppression.status || (action.do === 'assert' && desk.leaving.has(key));
    if (isStale) return;
    try {
      await this.carryOut(desk, action, signal);
      this.notices.onKept(desk.campaign, action);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      const endsAt = desk.leases.get(key)?.endsAt;
      const leftMs =
        endsAt === undefined ? 0 : Math.max(0, Date.parse(endsAt) - this.options.now().getTime());
      if (!signal.aborted) this.notices.onFailed(desk.campaign, action, { error, leftMs });
    }
  }

  private async carryOut(desk: CampaignDesk, action: KeepAction, signal: AbortSignal): Promise<void> {
    const { suppression } = action;
    const call = { timeoutMs: this.options.callMs, signal };
    if (action.do === 'lift') return void (await this.systems.give(desk.campaign, suppression, call));
    const assertedAtMs = this.options.now().getTime();
    const { endsAt } = await this.systems.take(desk.campaign, suppression, action.endsAt, call);
    desk.leases.set(keyOf(suppression), { endsAt, assertedAtMs });
  }
}
