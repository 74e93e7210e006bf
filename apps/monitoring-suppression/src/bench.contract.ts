import { FakeBatchScheduler } from '@patchtide/connectors/batch';
import { FakeMonitoring } from '@patchtide/connectors/monitoring';
import type { WorkOrder } from '@patchtide/contracts';
import { MemoryEventStore } from '@patchtide/event-store';
import { MemoryCampaignIndex } from './campaign-index';
import { Campaigns } from './campaigns';
import type { KeepAction, LeaseSettings } from './lease-rules';
import { Keeper } from './keeper';
import { OrderWorker } from './order-worker';
import { Systems } from './systems';

export const MINUTE = 60_000;
const leases: LeaseSettings = { leaseMs: 15 * MINUTE, graceMs: 30 * MINUTE, volatileMs: MINUTE };
const START = Date.parse('2026-11-29T22:00:00Z');
export const WINDOW_END = '2026-11-30T01:00:00.000Z';
export const CRON_REF = { path: '/etc/cron.d/billing' };
const call = { timeoutMs: 1_000 };

/** The outer world of the service: what stays when an instance dies. */
export class Bench {
  readonly store = new MemoryEventStore();
  readonly index = new MemoryCampaignIndex();
  nowMs = START;
  readonly now = () => new Date(this.nowMs);
  readonly monitoring = new FakeMonitoring(this.now);
  readonly batch = new FakeBatchScheduler(this.now);

  constructor() {
    this.batch.jobs.add(FakeBatchScheduler.keyOf(CRON_REF));
  }

  /** A fresh instance, as after a restart or beside another one. */
  instance(): Instance {
    return new Instance(this);
  }

  pass(minutes: number): void {
    this.nowMs += minutes * MINUTE;
  }

  async muted(campaign = 'C1'): Promise<string[]> {
    return (await this.monitoring.list(campaign, call)).map(({ subject }) => subject).sort();
  }

  isScheduled(): boolean {
    return this.batch.jobs.view(FakeBatchScheduler.keyOf(CRON_REF)).scheduled;
  }

  async events(): Promise<string[]> {
    const events = await this.store.read('suppression-C1');
    return events.map(({ type, data }) => `${type.replace('Suppression', '')} ${String(data['subject'])}`);
  }
}

export class Instance {
  readonly failed: string[] = [];
  readonly kept: string[] = [];
  readonly worker: OrderWorker;
  private readonly keepers: Keeper[];

  constructor({ store, index, monitoring, batch, now }: Bench) {
    const campaigns = new Campaigns(store, { actor: 'test', now });
    const systems = new Systems({
      monitoring: new Map([['alertmanager', monitoring]]),
      batch: new Map([['cron', batch]]),
    });
    const pace = { callMs: 1_000, firstDelayMs: 1, drainPollMs: 1 };
    this.worker = new OrderWorker(campaigns, index, systems, { ...pace, leases, now });
    const name = ({ suppression, why }: KeepAction) => `${suppression.subject} ${why}`;
    const notices = {
      onKept: (_campaign: string, action: KeepAction) => void this.kept.push(name(action)),
      onFailed: (_campaign: string, action: KeepAction) => void this.failed.push(name(action)),
      onUnlisted: (_campaign: string, system: string) => void this.failed.push(`${system} unlisted`),
    };
    this.keepers = (['mute', 'hold'] as const).map((kind) => {
      return new Keeper(campaigns, index, systems, notices, {
        kind,
        leases,
        callMs: 1_000,
        concurrency: 4,
        now,
      });
    });
  }

  async round(): Promise<void> {
    for (const keeper of this.keepers) await keeper.round(new AbortController().signal);
  }

  async carryOut(order: WorkOrder): Promise<string[]> {
    const results = await this.worker.carryOut(order, new AbortController().signal);
    return results.map((result) =>
      result.ok ? `${result.subject} ok` : `${result.subject} ${result.outcome}: ${result.reason}`,
    );
  }
}

/** A work order of campaign C1 about its first server. */
export function order(action: WorkOrder['action'], more: Partial<WorkOrder> = {}): WorkOrder {
  const isMute = action === 'MUTE' || action === 'UNMUTE';
  const job = `${action.toLowerCase()}-${isMute ? 'srv-1' : 'billing'}`;
  const attempt = more.attempt ?? 1;
  const subject = isMute
    ? { id: 'mon-1', system: 'alertmanager', ref: { instance: 'crm-web-01' } }
    : { id: 'billing', system: 'cron', ref: CRON_REF };
  return {
    campaign: 'C1',
    job,
    jobName: `${action}_SERVER_crm-web-01`,
    attempt,
    attemptId: `C1/${job}/${attempt}`,
    action,
    epoch: 1,
    copy: 1,
    timeoutMs: 60_000,
    windowEnd: WINDOW_END,
    notAfter: WINDOW_END,
    target: { server: 'srv-1', address: '10.1.0.11', port: 22, os: 'debian-12' },
    steps: [],
    subjects: [subject],
    ...more,
  };
}
