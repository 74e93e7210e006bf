import type { CampaignClosed, CampaignEvent, Plan } from '@patchtide/contracts';
import { PATCHTIDE } from '../campaign/state';
import { JobRecord } from './job-record';

const CONCERNS: ReadonlySet<string> = new Set<CampaignEvent['type']>([
  'ChangeAccepted',
  'CampaignApproved',
  'CampaignStarted',
  'ApplicationsLeftOut',
  'RestoreBegan',
  'CampaignClosed',
  'JobDispatched',
  'JobSucceeded',
  'JobFailed',
  'JobRetryScheduled',
  'JobSkipped',
  'JobCompleted',
  'JobTakenOver',
  'JobHandedBack',
]);

/** Whether a report needs events of this type; so that the others need not be kept. */
export function concernsCompliance(type: string): boolean {
  return CONCERNS.has(type);
}

/** What the events of one campaign say about its jobs on servers. */
export class CampaignRecord {
  private readonly jobs = new Map<string, JobRecord>();
  private readonly groups = new Map<string, string>();
  private readonly leftOut = new Map<string, string>();
  private readonly approvals: { by: string; at: string }[] = [];
  private title = '';
  private requestedBy = '';
  private startedAt: string | null = null;
  private restoring: string | null = null;
  private closed: CampaignClosed | null = null;
  private asOf: string;

  constructor(readonly plan: Plan) {
    this.asOf = plan.at;
    for (const { id, action, group } of plan.jobs) {
      this.groups.set(id, group);
      if (action === 'PATCH' || action === 'REBOOT') this.jobs.set(id, new JobRecord());
    }
  }

  read(event: CampaignEvent): void {
    this.asOf = event.data.at;
    switch (event.type) {
      case 'ChangeAccepted':
        this.title = event.data.change.title;
        this.requestedBy = event.data.change.requestedBy;
        return;
      case 'CampaignApproved':
        this.approvals.push({ by: event.data.by, at: event.data.at });
        return;
      case 'CampaignStarted':
        this.startedAt = event.data.at;
        return;
      case 'CampaignClosed':
        this.closed = event.data;
        return;
      default:
        this.readWayUp(event);
    }
  }

  /** How a job stands. Undefined when the plan has none of that id, or it is neither a patch nor a reboot. */
  job(id: string): JobRecord | undefined {
    return this.jobs.get(id);
  }

  get isClosed(): boolean {
    return this.closed !== null;
  }

  head() {
    const { title, requestedBy, approvals, startedAt, closed, asOf } = this;
    const outcome = closed?.outcome ?? null;
    return { title, requestedBy, approvals, startedAt, closedAt: closed?.at ?? null, outcome, asOf };
  }

  private readWayUp(event: CampaignEvent): void {
    switch (event.type) {
      case 'ApplicationsLeftOut':
        this.leftOut.set(event.data.group, event.data.reason);
        return;
      case 'RestoreBegan': {
        const { cause, by, reason } = event.data;
        this.restoring = cause === 'abort' ? `aborted by ${by}: ${reason}` : reason;
        return;
      }
      case 'JobSkipped': {
        const { job, by, reason } = event.data;
        const cause = by === PATCHTIDE ? this.whyGivenUp(job) : null;
        this.jobs
          .get(job)
          ?.skipped({ ...event.data, by: cause === null ? by : null, reason: cause ?? reason });
        return;
      }
      default:
        if ('job' in event.data) this.jobs.get(event.data.job)?.read(event);
    }
  }

  private whyGivenUp(job: string): string {
    const ofGroup = this.leftOut.get(this.groups.get(job) ?? '');
    return ofGroup ?? this.restoring ?? 'everything was given back';
  }
}
