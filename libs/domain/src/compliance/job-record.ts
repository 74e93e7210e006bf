import type { CampaignEvent, PackageChange } from '@patchtide/contracts';
import { addChanges } from './changed-packages';

export type JobResult = 'proven' | 'by-hand' | 'failed' | 'unknown' | 'skipped' | 'left-out' | 'pending';

interface Decision {
  /** Null where it was a rule. */
  readonly by: string | null;
  readonly reason: string;
  readonly at: string;
}

/** How one job stands, and what it changed over all its attempts. */
export class JobRecord {
  result: JobResult = 'pending';
  at: string | null = null;
  by: string | null = null;
  reason = 'it has not begun';
  /** Of the boot in which it ended, as far as that was seen. */
  bootId: string | null = null;
  facts: Readonly<Record<string, string>> = {};
  readonly packages = new Map<string, PackageChange>();

  skipped(decision: Decision): void {
    this.decided(decision.by === null ? 'left-out' : 'skipped', decision);
  }

  read(event: CampaignEvent): void {
    switch (event.type) {
      case 'JobDispatched':
        return this.decided('pending', { by: null, reason: 'it is being carried out', at: event.data.at });
      case 'JobSucceeded':
        this.bootId = event.data.bootId ?? null;
        return this.ended('proven', event.data);
      case 'JobFailed':
        return this.ended(event.data.outcome === 'unknown' ? 'unknown' : 'failed', event.data);
      case 'JobRetryScheduled':
        return this.decided('pending', { ...event.data, by: null, reason: 'it is tried again' });
      case 'JobCompleted':
        return this.decided('by-hand', event.data);
      case 'JobTakenOver':
        return this.decided('pending', { ...event.data, reason: `taken over: ${event.data.reason}` });
      case 'JobHandedBack':
        return this.decided('pending', event.data);
      default:
    }
  }

  private decided(result: JobResult, { by, reason, at }: Decision): void {
    Object.assign(this, { result, by, reason, at });
  }

  private ended(
    result: JobResult,
    end: {
      readonly summary: string;
      readonly at: string;
      readonly facts?: Record<string, string>;
      readonly packages?: readonly PackageChange[];
    },
  ): void {
    this.decided(result, { by: null, reason: end.summary, at: end.at });
    this.facts = end.facts ?? {};
    addChanges(this.packages, end.packages ?? []);
  }
}
