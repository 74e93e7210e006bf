import type { Fault } from '@patchtide/contracts';
import { canonicalJson, digestOf, nextHash, originHash } from '@patchtide/event-store';

/** One event of an evidence pack. */
export interface EvidenceEvent {
  readonly id: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: object;
  readonly meta: object;
  readonly hash: string;
}

/** What `audit export` writes: the chains of a campaign and the documents its events name. */
export interface Evidence {
  readonly campaign: string;
  readonly streams: Readonly<Record<string, readonly EvidenceEvent[]>>;
  readonly documents: Readonly<Record<string, string>>;
}

export interface EvidenceVerdict {
  readonly streams: number;
  readonly events: number;
  readonly documents: number;
  /** Hash of the last event by stream, to be compared with one noted elsewhere. */
  readonly heads: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];
}

/** Recomputes every chain and every digest of an evidence pack. Needs nothing but the pack. */
export function verifyEvidence(evidence: Evidence): EvidenceVerdict {
  const chains = Object.entries(evidence.streams).map(([stream, events]) => ({
    stream,
    events,
    faults: chainFaults(stream, events),
  }));
  const documents = Object.entries(evidence.documents);
  const altered = documents.filter(([digest, text]) => digestOf(text) !== digest);
  return {
    streams: chains.length,
    events: chains.reduce((sum, chain) => sum + chain.events.length, 0),
    documents: documents.length,
    heads: Object.fromEntries(chains.map(({ stream, events }) => [stream, events.at(-1)?.hash ?? ''])),
    faults: [
      ...uncovered(evidence),
      ...chains.flatMap((chain) => chain.faults),
      ...altered.map(([digest]) =>
        fault(`/documents/${digest}`, 'does not have this digest: it was altered'),
      ),
      ...missingDocuments(evidence),
    ],
  };
}

const PACK: readonly string[] = ['campaign', 'streams', 'documents'];
const CHAINED: readonly string[] = ['id', 'version', 'type', 'schemaVersion', 'data', 'meta', 'hash'];

/** What stands in the pack without being covered by a hash or a digest, and so proves nothing. */
function uncovered(evidence: Evidence): Fault[] {
  const foreign = (keys: readonly string[], known: readonly string[], place: string): Fault[] =>
    keys
      .filter((key) => !known.includes(key))
      .map((key) => fault(`${place}/${key}`, 'is not covered by any hash'));
  const streams = Object.entries(evidence.streams);
  return [
    ...foreign(Object.keys(evidence), PACK, ''),
    ...streams.flatMap(([stream, events]) =>
      events.flatMap((event, i) => foreign(Object.keys(event), CHAINED, `/streams/${stream}/${i}`)),
    ),
    ...streams
      .filter(([stream]) => stream.slice(stream.indexOf('-') + 1) !== evidence.campaign)
      .map(([stream]) => fault(`/streams/${stream}`, `is not a stream of campaign ${evidence.campaign}`)),
  ];
}

/** Plans, landscapes and policies that the events name belong to the pack. */
function missingDocuments({ streams, documents }: Evidence): Fault[] {
  const text = JSON.stringify(Object.values(streams).map((events) => events.map(({ data }) => data)));
  const named = [...text.matchAll(/"(?:plan|landscape|policy)Digest":"([^"]+)"/g)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set(named)]
    .filter((digest) => !Object.hasOwn(documents, digest))
    .map((digest) => fault(`/documents/${digest}`, 'is missing, although events refer to it'));
}

function chainFaults(stream: string, events: readonly EvidenceEvent[]): Fault[] {
  let hash = originHash(stream);
  for (const [i, event] of events.entries()) {
    const place = `/streams/${stream}/${i}`;
    if (event.version !== i + 1)
      return [fault(place, `version ${i + 1} is missing; version ${event.version} follows`)];
    const { version, id, type, schemaVersion } = event;
    hash = nextHash(hash, {
      version,
      id,
      type,
      schemaVersion,
      body: canonicalJson(event.data),
      meta: canonicalJson(event.meta),
    });
    if (hash.toString('hex') !== event.hash)
      return [fault(place, `event ${event.version} (${type}) was altered: its hash does not follow`)];
  }
  return [];
}

function fault(path: string, message: string): Fault {
  return { path, message, remedy: 'Export the pack again; if the fault stays, the store was tampered with.' };
}
