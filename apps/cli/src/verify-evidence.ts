import type { Fault } from '@patchtide/contracts';
import { canonicalJson, digestOf, nextHash, NotCanonical, originHash } from '@patchtide/event-store';

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
  /** The campaign's last event. A chain proves what is in it; only what is noted elsewhere proves where it ends. */
  readonly end: { readonly type: string; readonly isClosed: boolean };
  /** Hash of the last event by stream, to be compared with one noted elsewhere. */
  readonly heads: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];
}

const CLOSED = 'CampaignClosed';

/** Recomputes every chain and every digest of an evidence pack. Needs nothing but the pack. */
export function verifyEvidence(evidence: Evidence): EvidenceVerdict {
  const streams = Object.entries(evidence.streams);
  const documents = Object.entries(evidence.documents);
  const last = evidence.streams[`campaign-${evidence.campaign}`]?.at(-1)?.type ?? 'none';
  return {
    streams: streams.length,
    events: streams.reduce((sum, [, events]) => sum + events.length, 0),
    documents: documents.length,
    end: { type: last, isClosed: last === CLOSED },
    heads: Object.fromEntries(streams.map(([stream, events]) => [stream, events.at(-1)?.hash ?? ''])),
    faults: [
      ...uncovered(evidence),
      ...foreignStreams(evidence),
      ...streams.flatMap(([stream, events]) => chainFaults(stream, events)),
      ...documents
        .filter(([digest, text]) => digestOf(text) !== digest)
        .map(([digest]) => fault(['documents', digest], 'does not have this digest: it was altered')),
      ...documentFaults(evidence),
      ...missingOrigins(evidence),
    ],
  };
}

const PACK: readonly string[] = ['campaign', 'streams', 'documents'];
const CHAINED: readonly string[] = ['id', 'version', 'type', 'schemaVersion', 'data', 'meta', 'hash'];

/** What stands in the pack without being covered by a hash or a digest, and so proves nothing. */
function uncovered(evidence: Evidence): Fault[] {
  const unknown = (value: object, known: readonly string[], place: readonly string[]): Fault[] =>
    Object.keys(value)
      .filter((key) => !known.includes(key))
      .map((key) => fault([...place, key], 'is not covered by any hash'));
  return [
    ...unknown(evidence, PACK, []),
    ...Object.entries(evidence.streams).flatMap(([stream, events]) =>
      events.flatMap((event, i) => unknown(event, CHAINED, ['streams', stream, String(i)])),
    ),
  ];
}

const CATEGORIES = ['campaign', 'landscape', 'plan', 'suppression'];

/** The campaign's own stream must be there, and none of another campaign. */
function foreignStreams({ campaign, streams }: Evidence): Fault[] {
  const own = CATEGORIES.map((category) => `${category}-${campaign}`);
  const foreign = Object.keys(streams).filter((stream) => !own.includes(stream));
  const main = `campaign-${campaign}`;
  return [
    ...foreign.map((stream) => fault(['streams', stream], `is not a stream of campaign ${campaign}`)),
    ...((streams[main]?.length ?? 0) > 0
      ? []
      : [fault(['streams', main], 'is missing: there are no events')]),
  ];
}

const DIGEST = /sha256:[0-9a-f]{64}/g;
const NEEDED = /"(?:plan|landscape|policy)Digest":"([^"]+)"/g;

/** Plans, landscapes and policies that the events name belong to the pack; what no event names does not. */
function documentFaults({ streams, documents }: Evidence): Fault[] {
  const text = JSON.stringify(Object.values(streams).map((events) => events.map(({ data }) => data)));
  const needed = [...text.matchAll(NEEDED)].map((match) => match[1] ?? '');
  const named = new Set([...text.matchAll(DIGEST)].map((match) => match[0]));
  return [
    ...[...new Set(needed)]
      .filter((digest) => !Object.hasOwn(documents, digest))
      .map((digest) => fault(['documents', digest], 'is missing, although events refer to it')),
    ...Object.keys(documents)
      .filter((digest) => !named.has(digest))
      .map((digest) => fault(['documents', digest], 'is not named by any event')),
  ];
}

/** Where the plan and the landscape that the campaign executed are from: the end of a chain can be cut off unseen. */
const ORIGINS = [
  { category: 'plan', event: 'PlanGenerated', digest: 'planDigest' },
  { category: 'landscape', event: 'LandscapeCaptured', digest: 'landscapeDigest' },
] as const;

function missingOrigins({ campaign, streams }: Evidence): Fault[] {
  const digestsIn = (stream: string, event: string, digest: string): unknown[] =>
    (streams[`${stream}-${campaign}`] ?? [])
      .filter(({ type }) => type === event)
      .map(({ data }) => (data as Record<string, unknown>)[digest]);
  return ORIGINS.flatMap(({ category, event, digest }) => {
    const known = digestsIn(category, event, digest);
    const planned = new Set(digestsIn('campaign', 'CampaignPlanned', digest));
    return [...planned]
      .filter((one) => !known.includes(one))
      .map((one) => fault(['streams', `${category}-${campaign}`], `has no ${event} with ${String(one)}`));
  });
}

function chainFaults(stream: string, events: readonly EvidenceEvent[]): Fault[] {
  let hash = originHash(stream);
  for (const [i, event] of events.entries()) {
    const place = ['streams', stream, String(i)];
    if (event.version !== i + 1)
      return [fault(place, `version ${i + 1} is missing; version ${event.version} follows`)];
    const next = hashAfter(hash, event);
    if (next?.toString('hex') !== event.hash)
      return [fault(place, `event ${event.version} (${event.type}) was altered: its hash does not follow`)];
    hash = next;
  }
  return [];
}

const EVENT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LARGEST_INT32 = 2 ** 31 - 1;

/** Null for content that the store would never have taken, among it other spellings that have the same hash. */
function hashAfter(previous: Buffer, event: EvidenceEvent): Buffer | null {
  const { version, id, type, schemaVersion } = event;
  const isExact =
    EVENT_ID.test(id) && Number.isInteger(schemaVersion) && Math.abs(schemaVersion) <= LARGEST_INT32;
  if (!isExact) return null;
  try {
    const [body, meta] = [canonicalJson(event.data), canonicalJson(event.meta)];
    return nextHash(previous, { version, id, type, schemaVersion, body, meta });
  } catch (error) {
    if (error instanceof NotCanonical) return null;
    throw error;
  }
}

function fault(path: readonly string[], message: string): Fault {
  const pointer = path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const remedy = 'Export the pack again; if the fault stays, the store was tampered with.';
  return { path: pointer, message, remedy };
}
