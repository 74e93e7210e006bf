import { categoryOf, checkAppend, metaText } from './append-rules';
import { canonicalJson } from './canonical-json';
import { checkDocument, digestOf } from './document';
import { EventIdReused, VersionConflict } from './errors';
import type {
  Appended,
  Cause,
  LoggedEvent,
  NewEvent,
  StoredDocument,
  StoredEvent,
  StreamAppend,
} from './event';
import type { EventStore } from './event-store';
import { nextHash, originHash } from './hash-chain';
import { pageSize } from './page-size';
import type { BrokenStream, StoreCheck, StreamCheck } from './verification/check';
import { StreamVerifier } from './verification/stream-verifier';

interface Row {
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly body: string;
  readonly meta: string;
  readonly hash: string;
  readonly position: number;
}

/** The event store without a database, for simulations and tests. Numbers events as it appends them. */
export class MemoryEventStore implements EventStore {
  private readonly log: Row[] = [];
  private readonly streams = new Map<string, Row[]>();
  private readonly ids = new Set<string>();
  private readonly documents = new Map<string, StoredDocument>();

  async append(appends: readonly StreamAppend[], cause: Cause): Promise<Appended[]> {
    checkAppend(appends, cause);
    const meta = metaText(cause);
    const bodies = new Map(
      appends.flatMap(({ events }) => events.map((e) => [e.id, canonicalJson(e.data)] as const)),
    );
    const repeated = appends.filter((append) => this.isStored(append));
    const isRetry = repeated.length === appends.length;
    if (!isRetry) {
      this.refuseConflicts(appends, repeated);
      for (const append of appends) this.store(append, bodies, meta);
    }
    return appends.map(({ stream, expectedVersion, events }) => ({
      stream,
      version: expectedVersion + events.length,
      repeated: isRetry,
    }));
  }

  async read(stream: string, fromVersion = 1, limit = Infinity): Promise<StoredEvent[]> {
    const rows = this.streams.get(stream) ?? [];
    return rows.slice(Math.max(fromVersion, 1) - 1, Math.max(fromVersion, 1) - 1 + limit).map(storedEvent);
  }

  async readAll(afterPosition: number, limit?: number): Promise<LoggedEvent[]> {
    const rows = this.log.slice(afterPosition, afterPosition + pageSize(limit));
    return rows.map((row) => ({ ...storedEvent(row), position: row.position }));
  }

  async headPosition(): Promise<number> {
    return this.log.length;
  }

  async putDocument(kind: string, text: string): Promise<string> {
    checkDocument(kind, text);
    const digest = digestOf(text);
    if (!this.documents.has(digest)) this.documents.set(digest, { digest, kind, text });
    return digest;
  }

  async getDocument(digest: string): Promise<StoredDocument | undefined> {
    return this.documents.get(digest);
  }

  async verify(stream: string): Promise<StreamCheck> {
    const rows = this.streams.get(stream) ?? [];
    const verifier = new StreamVerifier(stream);
    for (const row of rows) verifier.add(row);
    const head = rows.at(-1)?.hash;
    return verifier.verdict(
      head === undefined ? undefined : { category: categoryOf(stream), version: rows.length, head },
    );
  }

  async verifyAll(): Promise<StoreCheck> {
    const checks = await Promise.all([...this.streams.keys()].map((stream) => this.verify(stream)));
    const brokenStreams = checks.filter((check): check is BrokenStream => !check.ok);
    return {
      ok: brokenStreams.length === 0,
      streams: this.streams.size,
      events: this.log.length,
      documents: this.documents.size,
      head: this.log.length,
      brokenStreams,
      faults: [],
    };
  }

  private isStored({ stream, expectedVersion, events }: StreamAppend): boolean {
    const rows = this.streams.get(stream) ?? [];
    return events.every(({ id }, index) => rows[expectedVersion + index]?.id === id);
  }

  private refuseConflicts(appends: readonly StreamAppend[], repeated: readonly StreamAppend[]): void {
    const fresh = appends.filter((append) => !repeated.includes(append));
    for (const { stream, expectedVersion, events } of fresh) {
      if (this.versionOf(stream) !== expectedVersion) {
        throw new VersionConflict(stream, expectedVersion, this.versionOf(stream));
      }
      const reused = events.find(({ id }) => this.ids.has(id));
      if (reused !== undefined) throw new EventIdReused(reused.id);
    }
    // Some are stored and some are not: another append, not a retry of one.
    for (const { stream, expectedVersion } of repeated) {
      throw new VersionConflict(stream, expectedVersion, this.versionOf(stream));
    }
  }

  private versionOf(stream: string): number {
    return this.streams.get(stream)?.length ?? 0;
  }

  private store({ stream, events }: StreamAppend, bodies: ReadonlyMap<string, string>, meta: string): void {
    const rows = this.streams.get(stream) ?? [];
    this.streams.set(stream, rows);
    for (const event of events) this.push(rows, stream, event, bodies.get(event.id) ?? '', meta);
  }

  private push(rows: Row[], stream: string, event: NewEvent, body: string, meta: string): void {
    const { id, type, schemaVersion } = event;
    const link = { version: rows.length + 1, id, type, schemaVersion, body, meta };
    const last = rows.at(-1);
    const previous = last === undefined ? originHash(stream) : Buffer.from(last.hash, 'hex');
    const row = {
      ...link,
      stream,
      hash: nextHash(previous, link).toString('hex'),
      position: this.log.length + 1,
    };
    rows.push(row);
    this.log.push(row);
    this.ids.add(id);
  }
}

/** Parsed anew for every reader, so that nobody can change history through a shared object. */
function storedEvent(row: Row): StoredEvent {
  const { body, meta, stream, version, id, type, schemaVersion, hash } = row;
  const data = JSON.parse(body) as Record<string, unknown>;
  return { stream, version, id, type, schemaVersion, data, meta: JSON.parse(meta) as Cause, hash };
}
