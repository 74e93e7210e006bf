export { AlertmanagerMonitoring, type AlertmanagerOptions } from './alertmanager';
export { CallFailed, type CallFailedDetail, type CallFailure, type CallOptions } from './call';
export { FakeMonitoring, type Trouble } from './fake-monitoring';
export { type Claim, claimOf, markerOf } from './marker';
export type { Monitoring, Mute, MuteLease } from './monitoring';
export { SIGNATURE_HEADER, isSigned, sign } from './signature';
export type { SignedWebhookOptions } from './signed-webhook';
export { WebhookMonitoring } from './webhook';
