import { bodyText, categoryOf, checkAppend, metaText } from './append-rules';
import { checkDocument, digestOf } from './document';
import { EventIdReused, VersionConflict } from './errors';
import type { Appended, Cause, LoggedEvent, StoredDocument, StoredEvent, StreamAppend } from './event';
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
    const texts = textsOf(appends, cause);
    const repeated = appends.filter((append) => this.isStored(append));
    const isRetry = repeated.length === appends.length;
    if (!isRetry) {
      this.refuseConflicts(appends, repeated);
      for (const append of appends) this.store(append, texts);
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

  private store({ stream, events }: StreamAppend, texts: ReadonlyMap<string, Texts>): void {
    const rows = this.streams.get(stream) ?? [];
    this.streams.set(stream, rows);
    for (const { id, type, schemaVersion } of events) {
      const last = rows.at(-1);
      const previous = last === undefined ? originHash(stream) : Buffer.from(last.hash, 'hex');
      const { body, meta } = texts.get(id) ?? { body: '', meta: '' };
      const link = { version: rows.length + 1, id, type, schemaVersion, body, meta };
      const hash = nextHash(previous, link).toString('hex');
      const row = { ...link, stream, hash, position: this.log.length + 1 };
      rows.push(row);
      this.log.push(row);
      this.ids.add(id);
    }
  }
}

interface Texts {
  readonly body: string;
  readonly meta: string;
}

/** Made before anything is stored, since it may refuse. */
function textsOf(appends: readonly StreamAppend[], cause: Cause): Map<string, Texts> {
  const meta = metaText(cause);
  const events = appends.flatMap((append) => append.events);
  return new Map(events.map((event) => [event.id, { body: bodyText(event), meta }]));
}

/** Parsed anew for every reader, so that nobody can change history through a shared object. */
function storedEvent(row: Row): StoredEvent {
  const { body, meta, stream, version, id, type, schemaVersion, hash } = row;
  const data = JSON.parse(body) as Record<string, unknown>;
  return { stream, version, id, type, schemaVersion, data, meta: JSON.parse(meta) as Cause, hash };
}
