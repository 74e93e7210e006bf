import {
  ALL_ZONES,
  type CampaignEvent,
  type Plan,
  type PlanJob,
  subjects,
  type WorkOrder,
} from '@patchtide/contracts';

/** A work order and the subject on which its executors listen. */
export interface AddressedOrder {
  readonly subject: string;
  readonly order: WorkOrder;
}

type Dispatch = Pick<
  Extract<CampaignEvent, { type: 'JobDispatched' }>['data'],
  'attemptId' | 'attempt' | 'epoch'
> &
  Pick<WorkOrder, 'copy' | 'notAfter'>;

/** The order for a dispatched attempt; null for jobs that a person does. */
export function workOrderFor(plan: Plan, job: PlanJob, dispatch: Dispatch): AddressedOrder | null {
  const server = plan.servers[job.server];
  if (!server || job.executor === 'person') return null;
  const order: WorkOrder = {
    campaign: plan.change,
    job: job.id,
    jobName: job.name,
    attemptId: dispatch.attemptId,
    attempt: dispatch.attempt,
    action: job.action,
    epoch: dispatch.epoch,
    copy: dispatch.copy,
    timeoutMs: job.timeoutMs,
    windowEnd: (plan.windows[job.window] ?? plan.window).end,
    notAfter: dispatch.notAfter,
    target: { server: server.id, address: server.address, port: server.port, os: server.os },
    steps: [...job.steps],
    subjects: [...job.subjects],
  };
  return {
    subject: subjects.work(job.executor, job.executor === 'suppression' ? ALL_ZONES : server.zone),
    order,
  };
}
