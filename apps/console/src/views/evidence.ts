import { streamOf } from '@patchtide/contracts';
import type { EventStore, StoredEvent } from '@patchtide/event-store';
import type { ChainedEventShape, EvidenceShape } from '../shapes/history';

const DIGEST = /sha256:[0-9a-f]{64}/g;

/** The evidence pack of a campaign: its chains with every hash, and the text of every document they name. */
export async function evidenceOf(store: EventStore, campaign: string): Promise<EvidenceShape> {
  const names = [streamOf.campaign, streamOf.landscape, streamOf.plan, streamOf.suppression].map((name) =>
    name(campaign),
  );
  const pairs = await Promise.all(
    names.map(async (stream) => [stream, (await store.read(stream)).map(chained)] as const),
  );
  const streams = Object.fromEntries(pairs.filter(([, events]) => events.length > 0));
  const digests = new Set(
    JSON.stringify(Object.values(streams).map((events) => events.map((event) => event.data))).match(DIGEST) ??
      [],
  );
  const documents: Record<string, string> = {};
  for (const digest of [...digests].sort()) {
    const document = await store.getDocument(digest);
    if (document) documents[digest] = document.text;
  }
  return { campaign, streams, documents };
}

/** Nothing but what the hash covers: a copy beside it could be altered without a trace. */
function chained({ id, version, type, schemaVersion, data, meta, hash }: StoredEvent): ChainedEventShape {
  return { id, version, type, schemaVersion, data, meta, hash };
}
