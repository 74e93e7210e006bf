import { subjects } from '@patchtide/contracts';
import type { Bus } from './bus';

/** A JetStream stream as data. */
export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly retention: 'limits' | 'workqueue';
  /** What happens when the stream is full: the oldest goes, or the new one is refused. */
  readonly discard: 'old' | 'new';
  readonly storage: 'file' | 'memory';
  readonly replicas: number;
  /** 0 keeps for ever. */
  readonly maxAgeMs: number;
  /** -1 is unlimited. The server reserves this much. */
  readonly maxBytes: number;
  readonly duplicateWindowMs: number;
  /** No single message may be deleted or purged. */
  readonly sealed: boolean;
}

/** A durable pull consumer as data. One filter subject, because servers before 2.10 know only one. */
export interface ConsumerSpec {
  readonly stream: string;
  readonly durable: string;
  readonly filterSubject: string;
  /** A message neither settled nor kept alive for this long is delivered again. */
  readonly ackWaitMs: number;
  /** After so many deliveries a message goes to the dead letters. Every kind of nak counts as one. */
  readonly maxDeliver: number;
  /** Unsettled messages of all clients together; 1 means strict order. */
  readonly maxAckPending: number;
  /** Where a newly made consumer begins. Default `all`. */
  readonly deliver?: 'all' | 'new' | { readonly fromSequence: number };
  /** The server forgets the consumer when nobody has pulled for this long. Default: never. */
  readonly inactiveThresholdMs?: number;
}

export const STREAMS = {
  events: 'PATCHTIDE_EVENTS',
  changes: 'PATCHTIDE_CHANGES',
  conditions: 'PATCHTIDE_CONDITIONS',
  reports: 'PATCHTIDE_REPORTS',
  work: 'PATCHTIDE_WORK',
  dead: 'PATCHTIDE_DEAD',
} as const;

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

export type StreamKey = keyof typeof STREAMS;
export interface TopologyOptions {
  readonly storage?: 'file' | 'memory';
  readonly replicas?: number;
  /** Per stream; what is not given keeps its default. */
  readonly limits?: Partial<Record<StreamKey, { readonly maxAgeMs?: number; readonly maxBytes?: number }>>;
}

const DEFAULTS: Record<StreamKey, Pick<StreamSpec, 'maxAgeMs' | 'maxBytes'> & Partial<StreamSpec>> = {
  events: { maxAgeMs: 168 * HOUR_MS, maxBytes: 512 * MIB, sealed: true },
  changes: { maxAgeMs: 168 * HOUR_MS, maxBytes: 32 * MIB },
  conditions: { maxAgeMs: 168 * HOUR_MS, maxBytes: 16 * MIB },
  reports: { maxAgeMs: 24 * HOUR_MS, maxBytes: 128 * MIB },
  // Discarding old work would lose jobs silently; refusing new work is seen by the dispatcher.
  work: { maxAgeMs: 24 * HOUR_MS, maxBytes: 128 * MIB, retention: 'workqueue', discard: 'new' },
  dead: { maxAgeMs: 720 * HOUR_MS, maxBytes: 64 * MIB },
};

/** The streams of the house. Postgres is the truth: everything here may be wiped and is made again. */
export function topology(options: TopologyOptions = {}): StreamSpec[] {
  return (Object.keys(STREAMS) as StreamKey[]).map((key) => ({
    name: STREAMS[key],
    subjects: [`patchtide.${key}.>`],
    retention: 'limits',
    discard: 'old',
    storage: options.storage ?? 'file',
    replicas: options.replicas ?? 1,
    duplicateWindowMs: 120_000,
    sealed: false,
    ...DEFAULTS[key],
    ...options.limits?.[key],
  }));
}

/** Makes every stream that is missing and updates those that differ. Idempotent; safe to run in several processes at once. */
export async function ensureTopology(bus: Bus, streams: readonly StreamSpec[] = topology()): Promise<void> {
  for (const stream of streams) await bus.ensureStream(stream);
}

type Tuning = Partial<Omit<ConsumerSpec, 'stream' | 'durable' | 'filterSubject'>>;

/** The consumers of the house; every one can be tuned. Names and zones become subject tokens and are checked. */
export const consumers = {
  /** Approved changes on their way to campaign-control. */
  changes: (tuning: Tuning = {}): ConsumerSpec => ({
    stream: STREAMS.changes,
    durable: 'campaign-control-changes',
    filterSubject: subjects.changesApproved,
    ackWaitMs: 30_000,
    maxDeliver: 20,
    maxAckPending: 100,
    ...tuning,
  }),
  /** Published conditions of the business on their way to campaign-control: a withdrawal must not overtake what it withdraws. */
  conditions: (tuning: Tuning = {}): ConsumerSpec => ({
    stream: STREAMS.conditions,
    durable: 'campaign-control-conditions',
    filterSubject: subjects.conditionsPublished,
    ackWaitMs: 30_000,
    maxDeliver: 20,
    maxAckPending: 1,
    ...tuning,
  }),
  /** Work orders of one kind of executor in one zone. Attempts run for minutes: they are kept alive, not given long. */
  work: (executor: 'host' | 'suppression', zone: string, tuning: Tuning = {}): ConsumerSpec => ({
    stream: STREAMS.work,
    durable: `${executor}-${token(zone)}`,
    filterSubject: subjects.work(executor, zone),
    ackWaitMs: 10_000,
    maxDeliver: 20,
    maxAckPending: 5_000,
    ...tuning,
  }),
  /** The reports of one campaign; the server forgets the consumer a day after the campaign did. */
  reports: (campaign: string, tuning: Tuning = {}): ConsumerSpec => ({
    stream: STREAMS.reports,
    durable: `reports-${token(campaign)}`,
    filterSubject: subjects.reports(campaign),
    // What a killed instance had taken reaches its successor about when the lease does.
    ackWaitMs: 10_000,
    maxDeliver: 20,
    maxAckPending: 1_000,
    inactiveThresholdMs: 24 * HOUR_MS,
    ...tuning,
  }),
  /** Published events for one reader, e.g. `patchtide.events.campaign.*.PlanGenerated`. Tried for about 40 minutes. */
  events: (durable: string, filterSubject: string, tuning: Tuning = {}): ConsumerSpec => ({
    stream: STREAMS.events,
    durable: token(durable),
    filterSubject,
    ackWaitMs: 30_000,
    maxDeliver: 100,
    maxAckPending: 1_000,
    ...tuning,
  }),
} as const;

function token(text: string): string {
  if (/^[A-Za-z0-9_-]{1,128}$/.test(text)) return text;
  throw new Error(
    `${JSON.stringify(text)} cannot be part of a consumer's name: use letters, digits, "-" and "_".`,
  );
}
