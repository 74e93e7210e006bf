export type {
  BatchHost,
  BatchJobRef,
  BatchScheduler,
  BatchState,
  Hold,
  HoldLease,
  Prior,
  Release,
  Running,
} from './batch-scheduler';
export { FakeBatchScheduler } from './fake-scheduler';
export { HeldJobs, type JobView } from './held-jobs';
export { FakeHoldShell, HoldHost } from './hold-host';
export {
  type HoldRequest,
  type HoldStatus,
  type HostSystem,
  encodeHold,
  formatHoldStatus,
  parseHoldArgv,
  parseHoldStatus,
} from './hold-protocol';
export { HostBatchScheduler, type HostSchedulerOptions, type HostShell } from './host-scheduler';
export { WebhookBatchScheduler } from './webhook-scheduler';
