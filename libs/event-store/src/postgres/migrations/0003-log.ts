/**
 * Numbering and reading positions. `es.sequence` locks the log's head first and sees every row committed before that,
 * so positions are dense and follow the causal order even if two sequencers believe to be the leader.
 * SQLSTATE PT002 is a checkpoint that somebody else moved.
 */
export const log = {
  name: '0003-log',
  sql: `
create function es.sequence(p_limit integer, out numbered integer, out head bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  numbered := 0;
  perform from es.outbox limit 1;
  if not found then
    select position into head from es.log_head;
    return;
  end if;
  select position into head from es.log_head for update;
  with taken as (
    delete from es.outbox
    where local_id in (select local_id from es.outbox order by local_id limit p_limit)
    returning local_id)
  insert into es.log (position, local_id)
  select head + row_number() over (order by local_id), local_id from taken;
  get diagnostics numbered = row_count;
  head := head + numbered;
  update es.log_head set position = head;
end $$;

create function es.advance_consumer(p_name text, p_from bigint, p_to bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_from = 0 then
    insert into es.consumer (name, position) values (p_name, 0) on conflict do nothing;
  end if;
  update es.consumer set position = p_to where name = p_name and position = p_from and p_to >= p_from;
  if not found then
    raise exception 'the checkpoint of % is not at %', p_name, p_from using errcode = 'PT002';
  end if;
end $$;

create function es.reset_consumer(p_name text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  insert into es.consumer (name, position) values (p_name, 0)
  on conflict (name) do update set position = 0;
end;
`,
};
