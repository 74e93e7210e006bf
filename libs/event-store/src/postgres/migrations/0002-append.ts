/**
 * The only way an event comes into being. Each function locks the stream row by expected version, chains the hashes,
 * inserts the events with their outbox rows and moves the head, in one statement and so in one transaction.
 * SQLSTATE PT001 is a wrong version; its DETAIL is JSON with stream, expected and actual.
 */
export const append = {
  name: '0002-append',
  sql: `
create function es.origin(p_stream text) returns bytea
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
return sha256(convert_to('patchtide.event-chain.1:' || p_stream, 'UTF8'));

-- True when exactly these events already stand after the expected version: a retry whose first answer was lost.
create function es.is_stored(p_stream text, p_expected bigint, p_ids uuid[]) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
return p_ids = array(
  select event_id from es.event
  where stream_id = p_stream and version > p_expected and version <= p_expected + cardinality(p_ids)
  order by version);

create function es.refuse_version(p_stream text, p_expected bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_actual bigint := coalesce((select version from es.stream where stream_id = p_stream), 0);
begin
  raise exception 'stream % is at version %, expected %', p_stream, v_actual, p_expected
    using errcode = 'PT001',
          detail = json_build_object('stream', p_stream, 'expected', p_expected, 'actual', v_actual)::text;
end $$;

create function es.open_stream(p_stream text) returns void
language sql set search_path = pg_catalog, pg_temp
begin atomic
  insert into es.stream (stream_id, category, version, head)
  values (p_stream, split_part(p_stream, '-', 1), 0, es.origin(p_stream))
  on conflict do nothing;
end;

-- One event, scalar arguments: the most frequent call, spared the arrays. Returns true when it was already stored.
create function es.append_event(
  p_stream text, p_expected bigint, p_id uuid, p_type text, p_schema integer, p_body text, p_meta text)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_head bytea;
  v_version bigint := p_expected + 1;
begin
  if p_expected = 0 then
    perform es.open_stream(p_stream);
  end if;
  update es.stream
  set version = v_version,
      head = sha256(head || int8send(v_version) || uuid_send(p_id) || sha256(convert_to(p_type, 'UTF8'))
        || int4send(p_schema) || sha256(convert_to(p_body, 'UTF8')) || sha256(convert_to(p_meta, 'UTF8')))
  where stream_id = p_stream and version = p_expected
  returning head into v_head;
  if not found then
    if es.is_stored(p_stream, p_expected, array[p_id]) then
      return true;
    end if;
    perform es.refuse_version(p_stream, p_expected);
  end if;
  with stored as (
    insert into es.event (stream_id, version, event_id, type, schema_version, body, meta, hash)
    values (p_stream, v_version, p_id, p_type, p_schema, p_body, p_meta, v_head)
    returning local_id)
  insert into es.outbox (local_id) select local_id from stored;
  return false;
end $$;

create function es.append_to_stream(
  p_stream text, p_expected bigint, p_ids uuid[], p_types text[], p_schemas integer[], p_bodies text[], p_meta text)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_head bytea;
  v_hashes bytea[] := '{}';
  v_meta bytea := sha256(convert_to(p_meta, 'UTF8'));
begin
  if p_expected = 0 then
    perform es.open_stream(p_stream);
  end if;
  select head into v_head from es.stream where stream_id = p_stream and version = p_expected for update;
  if not found then
    if es.is_stored(p_stream, p_expected, p_ids) then
      return true;
    end if;
    perform es.refuse_version(p_stream, p_expected);
  end if;
  for i in 1 .. cardinality(p_ids) loop
    v_head := sha256(v_head || int8send(p_expected + i) || uuid_send(p_ids[i])
      || sha256(convert_to(p_types[i], 'UTF8')) || int4send(p_schemas[i])
      || sha256(convert_to(p_bodies[i], 'UTF8')) || v_meta);
    v_hashes := v_hashes || v_head;
  end loop;
  with stored as (
    insert into es.event (stream_id, version, event_id, type, schema_version, body, meta, hash)
    select p_stream, p_expected + e.n, e.id, e.type, e.schema, e.body, p_meta, e.hash
    from unnest(p_ids, p_types, p_schemas, p_bodies, v_hashes) with ordinality
      as e(id, type, schema, body, hash, n)
    order by e.n
    returning local_id)
  insert into es.outbox (local_id) select local_id from stored;
  update es.stream set version = p_expected + cardinality(p_ids), head = v_head where stream_id = p_stream;
  return false;
end $$;

-- Several streams, all or none. The events lie one stream after the other, p_counts of them each. Locks are taken in
-- the order of the names, so that two such calls cannot wait for each other. If only some streams hold their events
-- already, this is not a retry but another append, and refused.
create function es.append_to_streams(
  p_streams text[], p_expected bigint[], p_counts integer[],
  p_ids uuid[], p_types text[], p_schemas integer[], p_bodies text[], p_meta text)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_known integer[] := '{}';
  v_one record;
begin
  for v_one in
    select s.stream, s.expected, s.n, sum(s.size) over (order by s.n) as last, s.size
    from unnest(p_streams, p_expected, p_counts) with ordinality as s(stream, expected, size, n)
    order by s.stream collate "C"
  loop
    if es.append_to_stream(v_one.stream, v_one.expected,
         p_ids[v_one.last - v_one.size + 1 : v_one.last], p_types[v_one.last - v_one.size + 1 : v_one.last],
         p_schemas[v_one.last - v_one.size + 1 : v_one.last], p_bodies[v_one.last - v_one.size + 1 : v_one.last],
         p_meta) then
      v_known := v_known || v_one.n::integer;
    end if;
  end loop;
  if cardinality(v_known) between 1 and cardinality(p_streams) - 1 then
    perform es.refuse_version(p_streams[v_known[1]], p_expected[v_known[1]]);
  end if;
  return cardinality(v_known) > 0;
end $$;
`,
};
