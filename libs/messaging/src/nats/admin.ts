import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from 'nats';
import type { OnNotice, StreamState } from '../bus';
import { TopologyConflict } from '../errors';
import { covers } from '../subject-pattern';
import type { ConsumerSpec, StreamSpec } from '../topology';
import { definitionError, isNotFound } from './nats-errors';

/** Streams and consumers on the server. Remembers what it has ensured, to make it again after a wipe. */
export class Admin {
  readonly #known = new Map<string, StreamSpec>();

  constructor(
    private readonly manager: JetStreamManager,
    private readonly notify: OnNotice,
  ) {}

  async ensureStream(spec: StreamSpec): Promise<boolean> {
    this.#known.set(spec.name, spec);
    const existing = await orUndefined(this.manager.streams.info(spec.name));
    try {
      if (existing === undefined) {
        await this.manager.streams.add(streamConfig(spec));
        this.notify({ code: 'stream-created', message: 'a stream was made', detail: { stream: spec.name } });
        return true;
      }
      if (differs(existing.config, spec)) await this.manager.streams.update(spec.name, changeable(spec));
      return false;
    } catch (error) {
      throw definitionError(error, `the stream ${spec.name}`);
    }
  }

  /** The stream as it is; made again first when it is missing and known. */
  async stream(name: string): Promise<StreamInfo> {
    const found = await orUndefined(this.manager.streams.info(name));
    if (found !== undefined) return found;
    const spec = this.#known.get(name);
    if (spec !== undefined) await this.ensureStream(spec);
    return this.manager.streams.info(name);
  }

  /** Makes all known streams again that would store this subject. */
  async restoreStreamOf(subject: string): Promise<void> {
    for (const spec of this.#known.values()) {
      if (spec.subjects.some((pattern) => covers(pattern, subject))) await this.ensureStream(spec);
    }
  }

  async ensureConsumer(spec: ConsumerSpec): Promise<void> {
    const existing = await orUndefined(this.manager.consumers.info(spec.stream, spec.durable));
    const config = consumerConfig(spec);
    try {
      if (existing === undefined) {
        await this.manager.consumers.add(spec.stream, { ...config, ...deliverFrom(spec) });
      } else if (
        Object.entries(config).some(([key, value]) => existing.config[key as keyof ConsumerConfig] !== value)
      ) {
        await this.manager.consumers.update(spec.stream, spec.durable, config);
      }
    } catch (error) {
      throw definitionError(error, `the consumer ${spec.durable} of ${spec.stream}`);
    }
  }

  async deleteConsumer(stream: string, durable: string): Promise<boolean> {
    return deleted(
      () => this.manager.consumers.delete(stream, durable),
      () => this.manager.consumers.info(stream, durable),
    );
  }

  async deleteStream(stream: string): Promise<boolean> {
    this.#known.delete(stream);
    return deleted(
      () => this.manager.streams.delete(stream),
      () => this.manager.streams.info(stream),
    );
  }

  async state(stream: string): Promise<StreamState | undefined> {
    const info = await orUndefined(this.manager.streams.info(stream));
    if (info === undefined) return undefined;
    const { messages, first_seq, last_seq } = info.state;
    return { messages, firstSequence: first_seq, lastSequence: last_seq, createdAt: String(info.created) };
  }
}

/**
 * Servers up to 2.9 sometimes report that a directory could not be removed, because they were still writing into it,
 * when the thing itself is gone. What counts is whether it can still be found.
 */
async function deleted(remove: () => Promise<boolean>, find: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await orUndefined(remove())) ?? false;
  } catch (error) {
    if ((await orUndefined(find())) === undefined) return true;
    throw error;
  }
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function changeable(spec: StreamSpec) {
  return {
    subjects: [...spec.subjects],
    discard: spec.discard === 'old' ? DiscardPolicy.Old : DiscardPolicy.New,
    num_replicas: spec.replicas,
    max_age: nanos(spec.maxAgeMs),
    max_bytes: spec.maxBytes,
    duplicate_window: nanos(spec.duplicateWindowMs),
  };
}

const RETENTION = { limits: RetentionPolicy.Limits, workqueue: RetentionPolicy.Workqueue } as const;
const STORAGE = { file: StorageType.File, memory: StorageType.Memory } as const;

function streamConfig(spec: StreamSpec): Partial<StreamConfig> {
  return {
    name: spec.name,
    retention: RETENTION[spec.retention],
    storage: STORAGE[spec.storage],
    ...(spec.sealed ? { deny_delete: true, deny_purge: true } : {}),
    ...changeable(spec),
  };
}

function differs(existing: StreamConfig, spec: StreamSpec): boolean {
  const fixed = [
    ['retention', existing.retention, RETENTION[spec.retention]],
    ['storage', existing.storage, STORAGE[spec.storage]],
  ] as const;
  for (const [property, is, wanted] of fixed) {
    if (is === wanted) continue;
    throw new TopologyConflict(
      `The stream ${spec.name} has ${property} "${is}", not "${wanted}", and that cannot be changed in place. ` +
        `Delete the stream (it is refilled from Postgres) or configure ${property} "${is}".`,
    );
  }
  const wanted = changeable(spec);
  return (Object.keys(wanted) as (keyof typeof wanted)[]).some(
    (key) => JSON.stringify(existing[key]) !== JSON.stringify(wanted[key]),
  );
}

/** The limit of deliveries is ours, not the server's: there a message over it would stay for ever, seen by nobody. */
function consumerConfig(spec: ConsumerSpec): Partial<ConsumerConfig> {
  return {
    durable_name: spec.durable,
    filter_subject: spec.filterSubject,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(spec.ackWaitMs),
    max_ack_pending: spec.maxAckPending,
    max_deliver: -1,
    ...(spec.inactiveThresholdMs === undefined
      ? {}
      : { inactive_threshold: nanos(spec.inactiveThresholdMs) }),
  };
}

function deliverFrom({ deliver = 'all' }: ConsumerSpec): Partial<ConsumerConfig> {
  if (deliver === 'all') return { deliver_policy: DeliverPolicy.All };
  if (deliver === 'new') return { deliver_policy: DeliverPolicy.New };
  return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: deliver.fromSequence };
}
