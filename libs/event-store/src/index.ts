export { categoryOf } from './append-rules';
export { canonicalJson, NotCanonical } from './canonical-json';
export { digestOf } from './document';
export {
  CheckpointMoved,
  EventIdReused,
  InvalidAppend,
  InvalidDocument,
  MigrationChanged,
  TargetAhead,
  VersionConflict,
} from './errors';
export type {
  Appended,
  Cause,
  LoggedEvent,
  NewEvent,
  StoredDocument,
  StoredEvent,
  StreamAppend,
} from './event';
export { uuidV7 } from './event-id';
export type { EventStore } from './event-store';
export { type ChainLink, nextHash, originHash } from './hash-chain';
export { cloudEvent, relayRecord } from './log/cloud-event';
export { MemoryRelayTarget } from './log/memory-relay-target';
export { Relay, type RelayOptions } from './log/relay';
export type { RelayRecord, RelayTarget } from './log/relay-target';
export { Sequencer, type SequencerOptions } from './log/sequencer';
export { MemoryEventStore } from './memory-event-store';
export { migrate } from './postgres/migrate';
export { type Migration, storeMigrations } from './postgres/migrations/list';
export { createPool, type Pool, type PoolClient, type PoolOptions, SERVICE_ROLE } from './postgres/pool';
export { PostgresEventStore } from './postgres/postgres-event-store';
export { advanceCheckpoint, readCheckpoint, resetCheckpoint } from './projection/checkpoint';
export {
  type FailedEvent,
  type Projection,
  Projector,
  type ProjectorOptions,
  rebuildProjection,
} from './projection/projector';
export { type InTransaction, transactions, type Tx } from './projection/tx';
export type { BrokenStream, StoreCheck, StreamCheck } from './verification/check';
export { type EvidenceRow, type StreamHead, StreamVerifier } from './verification/stream-verifier';
