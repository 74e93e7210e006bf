import type { BrokenStream, StoreCheck, StreamCheck } from '../verification/check';
import { type EvidenceRow, StreamVerifier } from '../verification/stream-verifier';
import { asText, hexOf } from './event-row';
import { logFaults } from './log-check';
import type { Pool, PoolClient } from './pool';
import { slowQuery } from './slow-query';
import { snapshot } from './snapshot';

const PAGE = 1_000;

type Row = [
  version: string,
  id: string,
  type: string,
  schemaVersion: string,
  body: string,
  meta: string,
  hash: string,
  position: string | null,
  waiting: 't' | 'f',
];

const EVIDENCE = {
  name: 'es-evidence',
  text: `select e.version, e.event_id, e.type, e.schema_version, e.body, e.meta, e.hash, l.position,
      l.position is null and exists (select from es.outbox o where o.local_id = e.local_id)
    from (select * from es.event where stream_id = $1 and version > $2 order by version limit $3) e
    left join lateral (select position from es.log where local_id = e.local_id offset 0) l on true
    order by e.version`,
};

const HEADLESS = `select distinct stream_id from es.event e
  where not exists (select from es.stream s where s.stream_id = e.stream_id)`;

/** Recomputes one stream's chain from the stored bytes, in one snapshot. */
export function verifyStream(pool: Pool, stream: string): Promise<StreamCheck> {
  return snapshot(pool, (client) => checkStream(client, stream));
}

/** Recomputes every chain and every document's digest, and counts the log, in one snapshot. */
export function verifyStore(pool: Pool): Promise<StoreCheck> {
  return snapshot(pool, async (client) => {
    const { faults, ...counts } = await logFaults(client);
    const brokenStreams: BrokenStream[] = [];
    let streams = 0;
    for await (const stream of streamNames(client)) {
      streams += 1;
      const check = await checkStream(client, stream);
      if (!check.ok) brokenStreams.push(check);
    }
    return { ok: faults.length + brokenStreams.length === 0, streams, ...counts, brokenStreams, faults };
  });
}

async function checkStream(client: PoolClient, stream: string): Promise<StreamCheck> {
  const verifier = new StreamVerifier(stream);
  let after = Number.MIN_SAFE_INTEGER;
  for (let more = true; more;) {
    const query = { ...EVIDENCE, values: [stream, after, PAGE], rowMode: 'array' as const, types: asText };
    const { rows } = await client.query<Row>(query);
    more = rows.every((row) => verifier.add(evidence(row))) && rows.length === PAGE;
    after = Number(rows.at(-1)?.[0] ?? after);
  }
  const sql =
    "select category, version::float8, encode(head, 'hex') as head from es.stream where stream_id = $1";
  const head = await client.query<{ category: string; version: number; head: string }>(sql, [stream]);
  return verifier.verdict(head.rows[0]);
}

function evidence([version, id, type, schema, body, meta, hash, position, waiting]: Row): EvidenceRow {
  const place = position === null ? (waiting === 't' ? 'waiting' : 'lost') : Number(position);
  return {
    version: Number(version),
    id,
    type,
    schemaVersion: Number(schema),
    body,
    meta,
    hash: hexOf(hash),
    position: place,
  };
}

// Both tables are asked: a head without events and events without a head are each a fault.
async function* streamNames(client: PoolClient): AsyncGenerator<string> {
  const sql = 'select stream_id from es.stream where stream_id > $1 order by stream_id limit $2';
  for (let after = '', full = true; full;) {
    const { rows } = await client.query<{ stream_id: string }>(sql, [after, PAGE]);
    for (const { stream_id } of rows) yield stream_id;
    full = rows.length === PAGE;
    after = rows.at(-1)?.stream_id ?? after;
  }
  const headless = await client.query<{ stream_id: string }>(slowQuery(HEADLESS));
  for (const { stream_id } of headless.rows) yield stream_id;
}
