/**
 * History is append-only. The services' role can read, and write only through the functions; the triggers refuse
 * everybody else, superusers and replication roles included (ENABLE ALWAYS). Removing them is a visible act of DDL.
 * SQLSTATE PT003 is a refused change of history.
 */
export const guards = {
  name: '0004-guards',
  sql: `
create function es.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% of %.% is refused: history is append-only', tg_op, tg_table_schema, tg_table_name
    using errcode = 'PT003';
end $$;

create trigger append_only before update or delete or truncate on es.event
  for each statement execute function es.refuse_change();
create trigger append_only before update or delete or truncate on es.log
  for each statement execute function es.refuse_change();
create trigger append_only before update or delete or truncate on es.document
  for each statement execute function es.refuse_change();
create trigger never_removed before delete or truncate on es.stream
  for each statement execute function es.refuse_change();
alter table es.event    enable always trigger append_only;
alter table es.log      enable always trigger append_only;
alter table es.document enable always trigger append_only;
alter table es.stream   enable always trigger never_removed;

do $$
begin
  if not exists (select from pg_roles where rolname = 'patchtide_service') then
    create role patchtide_service nologin;
  end if;
exception when duplicate_object or unique_violation then
  null; -- roles belong to the cluster: another database was migrated at the same moment
end $$;
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant patchtide_service to %I', current_user);
  end if;
end $$;

revoke all on all functions in schema es from public;
grant usage on schema es to patchtide_service;
grant select on all tables in schema es to patchtide_service;
grant insert on es.document to patchtide_service;
grant execute on function
  es.append_event(text, bigint, uuid, text, integer, text, text),
  es.append_to_stream(text, bigint, uuid[], text[], integer[], text[], text),
  es.append_to_streams(text[], bigint[], integer[], uuid[], text[], integer[], text[], text),
  es.sequence(integer),
  es.advance_consumer(text, bigint, bigint),
  es.reset_consumer(text)
to patchtide_service;
`,
};
