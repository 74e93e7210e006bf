import type { PoolClient } from './pool';
import { slowQuery } from './slow-query';

export interface LogCheck {
  readonly events: number;
  readonly documents: number;
  readonly head: number;
  readonly faults: string[];
}

const COUNTS = `select
  (select count(*) from es.event)::float8 as events,
  (select count(*) from es.document)::float8 as documents,
  (select position from es.log_head)::float8 as head,
  (select count(*) from es.log)::float8 as numbered,
  (select coalesce(max(position), 0) from es.log)::float8 as last,
  (select coalesce(min(position), 1) from es.log)::float8 as first,
  (select count(*) from es.log l where not exists (select from es.event e where e.local_id = l.local_id))::float8 as dangling,
  (select count(*) from es.outbox o where not exists (select from es.event e where e.local_id = o.local_id))::float8 as astray,
  (select count(*) from es.outbox o join es.log l using (local_id))::float8 as twice,
  array(select digest from es.document where digest <> 'sha256:' || encode(sha256(body), 'hex') limit 100) as altered`;

interface Counts extends Record<'events' | 'documents' | 'head' | 'numbered' | 'last' | 'first', number> {
  readonly dangling: number;
  readonly astray: number;
  readonly twice: number;
  readonly altered: string[];
}

/** Whether positions are 1, 2, 3, … to the head, each for an event that exists, and documents match their digests. */
export async function logFaults(client: PoolClient): Promise<LogCheck> {
  const { rows } = await client.query<Counts>(slowQuery(COUNTS));
  const [counts] = rows;
  if (counts === undefined) throw new Error('the counting query gave no row');
  const { events, documents, head, numbered, last, first } = counts;
  const faults: string[] = [];
  if (numbered !== last || first !== 1)
    faults.push(`the log has ${numbered} positions from ${first} to ${last}`);
  if (head !== last) faults.push(`the log's head says ${head}, its last position is ${last}`);
  if (counts.dangling > 0) faults.push(`${counts.dangling} positions point to no event`);
  if (counts.astray > 0) faults.push(`${counts.astray} waiting entries point to no event`);
  if (counts.twice > 0) faults.push(`${counts.twice} events are numbered and still waiting`);
  for (const digest of counts.altered) faults.push(`document ${digest} was altered`);
  return { events, documents, head, faults };
}
