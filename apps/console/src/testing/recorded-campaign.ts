import { randomUUID } from 'node:crypto';
import {
  type AttemptFinished,
  type CampaignEvent,
  type Change,
  type Outcome,
  type Plan,
  type Policy,
  streamOf,
} from '@patchtide/contracts';
import {
  buildPlan,
  type CampaignCommand,
  handle,
  initialCampaign,
  normalizeLandscape,
} from '@patchtide/domain';
import { canonicalJson, digestOf, type EventStore } from '@patchtide/event-store';

export const WINDOW = { start: '2026-11-29T21:00:00.000Z', end: '2026-11-30T01:00:00.000Z' };
const EPOCH = 7;

/** A campaign that a test plays, event by event, into a store: one application of a web and a db component. */
export class RecordedCampaign {
  readonly change: Change;
  readonly campaign = initialCampaign();
  private readonly plans = new Map<string, Plan>();
  private nowMs = Date.parse(WINDOW.start) - 3_600_000;
  private version = 0;

  constructor(
    private readonly store: EventStore,
    readonly id = 'CHG1',
    private readonly more: Partial<Policy> = {},
  ) {
    this.change = {
      ...{ id, title: `Patches of ${id}`, scope: {}, policy: 'standard', requestedBy: 'm.weber' },
      window: { ...WINDOW, timezone: 'Europe/Berlin' },
      approvals: [{ by: 'k.lindner', at: '2026-11-24T09:12:00Z' }],
    };
  }

  get at(): string {
    return new Date(this.nowMs).toISOString();
  }

  get running(): string[] {
    return [...(this.campaign.execution?.inFlight ?? [])].sort();
  }

  /** Moves the clock and does what is due. */
  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    await this.send({ type: 'Advance', epoch: EPOCH, at: this.at });
  }

  async send(command: CampaignCommand, actor = 'patchtide'): Promise<readonly CampaignEvent[]> {
    const events = handle(this.campaign, command, this.plans, EPOCH);
    if (events.length === 0) return events;
    const appended = events.map(({ type, data }) => ({ id: randomUUID(), type, schemaVersion: 1, data }));
    const append = { stream: streamOf.campaign(this.id), expectedVersion: this.version, events: appended };
    await this.store.append([append], { correlation: this.id, actor, recordedAt: this.at });
    this.version += events.length;
    return events;
  }

  async submit(): Promise<void> {
    const changeDigest = digestOf(canonicalJson(this.change));
    await this.send({ type: 'SubmitChange', change: this.change, changeDigest, at: this.at }, 'm.weber');
  }

  async plan(): Promise<Plan> {
    const plan = await storePlan(this.store, this.change, this.at, this.more);
    this.plans.set(plan.digest, plan);
    await this.send({ type: 'AdoptPlan', plan, revision: 1, at: this.at }, 'plan-generator');
    return plan;
  }

  /** Submitted, planned, approved in the change, and the window has just opened: the first job runs. */
  async start(): Promise<this> {
    await this.submit();
    await this.plan();
    await this.pass(3_600_000);
    return this;
  }

  async ends(
    job: string,
    outcome: Outcome = 'succeeded',
    stated: Pick<AttemptFinished, 'packages' | 'facts'> = {},
  ): Promise<void> {
    this.nowMs += 1_000;
    const attempt = this.campaign.execution?.jobs.get(job)?.attempt ?? 0;
    const head = { campaign: this.id, job, attempt, attemptId: `${this.id}/${job}/${attempt}`, at: this.at };
    const said = { outcome, summary: `it ${outcome}`, outputTail: 'the last line', ...stated };
    const report = { kind: 'finished', executor: 'agent-1', ...head, ...said } as const;
    await this.send({ type: 'RecordReport', report, at: this.at }, 'agent-1');
  }

  async finish(): Promise<this> {
    for (let [job] = this.running; job !== undefined; [job] = this.running) await this.ends(job);
    return this;
  }
}

async function storePlan(
  store: EventStore,
  change: Change,
  at: string,
  more: Partial<Policy>,
): Promise<Plan> {
  const ids = ['web', 'db'];
  const landscape = normalizeLandscape({
    servers: ids.map((id, index) => ({
      ...{ id: `srv-${id}`, name: `srv-${id}`, address: `10.0.0.${index + 1}`, os: 'debian-12' },
    })),
    components: ids.map((id) => ({
      ...{ id, name: id, kind: 'service', tier: id, server: `srv-${id}`, application: 'crm', unit: id },
    })),
    applications: [{ id: 'crm', name: 'CRM' }],
    relations: [{ type: 'dependsOn', from: 'web', to: 'db' }],
  });
  const policy: Policy = { name: 'standard', tiers: ['web', 'db'], patch: { debian: 'apt' }, ...more };
  const landscapeDigest = await store.putDocument('landscape', canonicalJson(landscape));
  const policyDigest = await store.putDocument('policy', canonicalJson(policy));
  const result = buildPlan({ landscape, policy, change, at, landscapeDigest, policyDigest });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return { digest: await store.putDocument('plan', canonicalJson(result.plan)), ...result.plan };
}
