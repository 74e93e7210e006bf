import type { CampaignEvent, Change } from '@patchtide/contracts';
import { type Campaign, type CampaignCommand, Rejected } from '@patchtide/domain';
import { canonicalJson, digestOf, type EventStore, VersionConflict } from '@patchtide/event-store';
import type { Bus } from '@patchtide/messaging';
import { isRunElsewhere } from './campaign-runner';
import { type HeldCampaign, type Notice, takeCampaign } from './held-campaign';
import type { Leases } from './leases';

export interface DirectoryOptions {
  readonly store: EventStore;
  readonly bus: Bus;
  readonly leases: Leases;
  readonly notice: Notice;
  /** Called after something was stored here. */
  readonly onAppended?: () => void;
  readonly now?: () => Date;
}

/** Why a campaign is let go, and what becomes of its lease: given back, given back at rest, or left to lapse. */
interface Farewell {
  readonly why: string;
  readonly lease: 'give-back' | 'rest' | 'lapse';
  readonly error?: unknown;
}

/** The campaigns that this instance runs: claims those that nobody holds, keeps the leases, lets go of the lost. */
export class CampaignDirectory {
  private readonly held = new Map<string, HeldCampaign>();
  private readonly claiming = new Map<string, Promise<HeldCampaign | undefined>>();
  private readonly leaving = new Map<string, Promise<void>>();
  private isClosing = false;

  constructor(private readonly options: DirectoryOptions) {}

  /** The state of a campaign held here; undefined when another instance has it. */
  campaign(id: string): Campaign | undefined {
    return this.held.get(id)?.runner.campaign;
  }

  get size(): number {
    return this.held.size;
  }

  /** Begins, or begins again, the campaign of a change. Undefined when another instance holds the campaign. */
  async submitChange(change: Change, actor: string): Promise<readonly CampaignEvent[] | undefined> {
    await this.options.leases.register(change.id);
    const changeDigest = digestOf(canonicalJson(change));
    return this.command(
      change.id,
      { type: 'SubmitChange', change, changeDigest, at: this.now().toISOString() },
      actor,
    );
  }

  /**
   * Hands a command to the campaign's runner, claiming the campaign when nobody holds it. Undefined when another
   * instance holds it. @throws Rejected
   */
  async command(
    id: string,
    command: CampaignCommand,
    actor: string,
  ): Promise<readonly CampaignEvent[] | undefined> {
    try {
      return await this.submit(id, command, actor);
    } catch (error) {
      // Once more, with whoever has the campaign now.
      if (!isRunElsewhere(error)) throw error;
      return this.submit(id, command, actor);
    }
  }

  /** Prolongs the leases of the campaigns held here. To be called several times in the life of a lease. */
  async keepLeases(): Promise<void> {
    const before = [...this.held.values()];
    const kept = await this.options.leases.renew(before.map(({ lease }) => lease));
    const lost = before.filter(({ lease }) => !kept.has(lease.campaign));
    await Promise.all(
      lost.map((held) => this.letGo(held, { why: 'the lease was lost', lease: 'give-back' })),
    );
    await this.options.leases.recover();
  }

  /** Takes on the campaigns that nobody holds. */
  async claimFree(): Promise<void> {
    for (const id of await this.options.leases.claimable()) {
      // Its lease is left to lapse, which is the pause before the next try, here or elsewhere.
      await this.claim(id).catch((error: unknown) =>
        this.options.notice('a campaign could not be taken on', { campaign: id, error }),
      );
    }
  }

  /** Lets every campaign do what its clock asks for; one that is slow holds up no other. */
  async tick(): Promise<void> {
    const turns = [...this.held.values()].map(async (held) => {
      await held.turn();
      if (held.isAtRest)
        await this.letGo(held, { why: `it is ${held.runner.campaign.status}`, lease: 'rest' });
    });
    await Promise.all(turns);
  }

  /** Lets go of everything, so that other instances can go on at once. Nothing is claimed any more. */
  async close(): Promise<void> {
    this.isClosing = true;
    await Promise.allSettled(this.claiming.values());
    const farewell: Farewell = { why: 'the service stops', lease: 'give-back' };
    for (const held of this.held.values()) void this.letGo(held, farewell);
    await Promise.all(this.leaving.values());
  }

  private async submit(
    id: string,
    command: CampaignCommand,
    actor: string,
  ): Promise<readonly CampaignEvent[] | undefined> {
    const held = this.held.get(id) ?? (await this.claim(id));
    if (!held && !(await this.options.leases.isKnown(id))) {
      throw new Rejected(
        'unknown-campaign',
        `there is no campaign "${id}"`,
        'List the campaigns to find its id.',
      );
    }
    return held?.runner.submit(command, actor);
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  /** One claim per campaign at a time: who comes second waits for the first. */
  private claim(id: string): Promise<HeldCampaign | undefined> {
    const underway = this.claiming.get(id) ?? this.claimNow(id).finally(() => this.claiming.delete(id));
    this.claiming.set(id, underway);
    return underway;
  }

  private async claimNow(id: string): Promise<HeldCampaign | undefined> {
    await this.leaving.get(id);
    const known = this.held.get(id);
    if (known || this.isClosing) return known;
    const epoch = await this.options.leases.acquire(id);
    if (epoch === null) return undefined;
    const held = await this.take(id, epoch);
    this.held.set(id, held);
    this.options.notice('campaign taken on', { campaign: id, epoch });
    return held;
  }

  private async take(campaign: string, epoch: number): Promise<HeldCampaign> {
    const { store, bus, notice, onAppended = () => undefined } = this.options;
    const onLost = (error: unknown): void => {
      const isConflict = error instanceof VersionConflict;
      const why = isConflict ? 'another instance appended' : 'it cannot be run here';
      // What is wrong with it will be wrong again: the lease lapses first, here as elsewhere.
      void this.letGo(held, { why, error, lease: isConflict ? 'give-back' : 'lapse' });
    };
    const now = (): Date => this.now();
    const held: HeldCampaign = await takeCampaign(
      { campaign, epoch },
      { store, bus, notice, onAppended, now, onLost },
    );
    return held;
  }

  private letGo(held: HeldCampaign, farewell: Farewell): Promise<void> {
    const { campaign } = held.lease;
    if (this.held.get(campaign) !== held) return Promise.resolve();
    this.held.delete(campaign);
    const leaving = this.leave(held, farewell).finally(() => this.leaving.delete(campaign));
    this.leaving.set(campaign, leaving);
    return leaving;
  }

  private async leave(held: HeldCampaign, { why, lease, error }: Farewell): Promise<void> {
    const { campaign } = held.lease;
    const detail = { campaign, why, ...(error === undefined ? {} : { error }) };
    this.options.notice('campaign let go', detail);
    try {
      await held.close();
      // Asked again: a command may have woken it while it was leaving.
      if (lease !== 'lapse') await this.options.leases.release(held.lease, lease === 'rest' && held.isAtRest);
    } catch (failed) {
      this.options.notice('a lease could not be given back; it lapses', { campaign, error: failed });
    }
  }
}
