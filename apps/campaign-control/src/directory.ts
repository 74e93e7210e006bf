import { randomUUID } from 'node:crypto';
import {
  AttemptAlive,
  AttemptFinished,
  AttemptStarted,
  type CampaignEvent,
  type Change,
  parseAs,
  type Report,
} from '@patchtide/contracts';
import { type Campaign, type CampaignCommand, Rejected } from '@patchtide/domain';
import { canonicalJson, digestOf, type EventStore } from '@patchtide/event-store';
import { type Bus, consume, consumers, type Consumption, Poison } from '@patchtide/messaging';
import { CampaignLog } from './campaign-log';
import { CampaignRunner } from './campaign-runner';
import type { LeaseStore } from './lease-store';
import { PlanWatch } from './plan-watch';
import { WorkSender } from './work-sender';

/** What the directory tells the log about. */
export type Notice = (message: string, detail: Readonly<Record<string, unknown>>) => void;

interface Held {
  readonly runner: CampaignRunner;
  readonly watch: PlanWatch;
  readonly epoch: number;
  readonly stop: AbortController;
  reports: Consumption | null;
  looking: boolean;
}

const REPORT_CONCURRENCY = 256;

export interface DirectoryOptions {
  readonly store: EventStore;
  readonly bus: Bus;
  readonly leases: LeaseStore;
  readonly notice: Notice;
  /** Called after something was stored here. */
  readonly onAppended?: () => void;
  readonly now?: () => Date;
}

/** The campaigns that this instance runs: claims those that nobody holds, keeps the leases, lets go of the lost. */
export class CampaignDirectory {
  private readonly held = new Map<string, Held>();
  private readonly claiming = new Map<string, Promise<Held | undefined>>();

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

  /** Hands a command to the campaign's runner, claiming the campaign when nobody holds it. */
  async command(
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

  /** Claims free campaigns and prolongs the leases of those held. Called every third of a lease. */
  async keepLeases(): Promise<void> {
    for (const [id, { epoch }] of this.held) {
      if (!(await this.options.leases.renew(id, epoch))) await this.letGo(id, 'the lease was lost');
    }
    for (const id of await this.options.leases.claimable()) await this.claim(id);
  }

  /** Lets every campaign do what its clock asks for. */
  async tick(): Promise<void> {
    for (const [id, held] of this.held) {
      await this.lookForPlan(held);
      await this.listen(id, held);
      await held.runner.tick().catch(() => undefined);
      if (held.runner.campaign.status === 'closed') await this.letGo(id, 'the campaign is closed', true);
    }
  }

  /** Lets go of everything, so that other instances can go on at once. */
  async close(): Promise<void> {
    for (const id of [...this.held.keys()]) await this.letGo(id, 'the service stops');
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }

  /** One claim per campaign at a time: who comes second waits for the first. */
  private claim(id: string): Promise<Held | undefined> {
    const underway = this.claiming.get(id) ?? this.claimNow(id).finally(() => this.claiming.delete(id));
    this.claiming.set(id, underway);
    return underway;
  }

  private async claimNow(id: string): Promise<Held | undefined> {
    const known = this.held.get(id);
    if (known) return known;
    const epoch = await this.options.leases.acquire(id);
    if (epoch === null) return undefined;
    const held = await this.take(id, epoch);
    this.held.set(id, held);
    this.options.notice('campaign taken on', { campaign: id, epoch });
    return held;
  }

  private async take(id: string, epoch: number): Promise<Held> {
    const { store, bus, notice, onAppended = () => undefined } = this.options;
    const stop = new AbortController();
    const onProblem = (error: unknown): void =>
      notice('the event store did not answer', { campaign: id, error });
    const log = new CampaignLog(store, id, { newId: randomUUID, onProblem, onAppended, signal: stop.signal });
    const sender = new WorkSender(bus, (error, attemptId) =>
      notice('a work order was not taken by the bus', { campaign: id, attemptId, error }),
    );
    const onLost = (error: unknown): void =>
      void this.letGo(id, error instanceof Error ? error.message : String(error));
    const runner = new CampaignRunner(log, sender, await log.load(), {
      id,
      epoch,
      now: () => this.now(),
      onLost,
    });
    return { runner, watch: new PlanWatch(store, log, id), epoch, stop, reports: null, looking: false };
  }

  private async letGo(id: string, why: string, closed = false): Promise<void> {
    const held = this.held.get(id);
    if (!held) return;
    this.held.delete(id);
    held.stop.abort();
    await held.reports?.drain(1_000);
    await this.options.leases.release(id, held.epoch, closed);
    this.options.notice('campaign let go', { campaign: id, why });
  }

  private async lookForPlan({ runner, watch }: Held): Promise<void> {
    if (runner.campaign.status !== 'planning') return;
    const command = await watch.look(runner.campaign.revision, this.now().toISOString());
    if (!command) return;
    if (command.type === 'AdoptPlan') runner.knowPlan(command.plan);
    await runner.submit(command, 'plan-generator');
  }

  /** Reports are consumed from the moment there is a plan; before, nobody can have one. */
  private async listen(id: string, held: Held): Promise<void> {
    if (held.reports || held.looking || !held.runner.campaign.execution) return;
    held.looking = true;
    const spec = consumers.reports(id, { maxAckPending: REPORT_CONCURRENCY * 4 });
    const options = { ...spec, concurrency: REPORT_CONCURRENCY, prefetch: REPORT_CONCURRENCY };
    held.reports = await consume(this.options.bus, options, ({ data }) =>
      held.runner.report(parseReport(data)),
    );
  }
}

function parseReport(data: unknown): Report {
  const kind = typeof data === 'object' && data !== null ? (data as { kind?: unknown }).kind : undefined;
  const shapes = { started: AttemptStarted, alive: AttemptAlive, finished: AttemptFinished } as const;
  const shape =
    typeof kind === 'string' && Object.hasOwn(shapes, kind) ? shapes[kind as keyof typeof shapes] : undefined;
  if (!shape) throw new Poison('the report has no known kind; expected started, alive or finished');
  const parsed = parseAs<Report>(shape as new () => Report, data);
  if (!parsed.ok) throw new Poison(parsed.faults.map((fault) => `${fault.path} ${fault.message}`).join('; '));
  return parsed.value;
}
