/**
 * No foreign keys and no jsonb on the hot tables: the append function is the only writer, and jsonb rewrites numbers
 * and refuses NUL. Global positions live in `log`, not in `event`, because they are given after the commit.
 */
export const tables = {
  name: '0001-tables',
  sql: `
create table es.stream (
  stream_id text   primary key,
  category  text   not null,
  version   bigint not null check (version >= 0),
  head      bytea  not null check (octet_length(head) = 32)
) with (fillfactor = 70);

create table es.event (
  local_id       bigint  generated always as identity,
  stream_id      text    not null,
  version        bigint  not null,
  event_id       uuid    not null,
  type           text    not null,
  schema_version integer not null,
  body           text    not null,
  meta           text    not null,
  hash           bytea   not null,
  primary key (stream_id, version),
  constraint event_event_id_key unique (event_id),
  constraint event_local_id_key unique (local_id)
);
comment on column es.event.local_id is 'insertion number: commits overtake each other, so it is never a reader''s cursor';

create table es.outbox (local_id bigint primary key)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
comment on table es.outbox is 'events that are committed and not numbered yet';

create table es.log (
  position bigint primary key,
  local_id bigint not null constraint log_local_id_key unique
);
create table es.log_head (
  one      boolean primary key default true check (one),
  position bigint  not null
) with (fillfactor = 50);
insert into es.log_head (position) values (0);

create table es.consumer (
  name     text   primary key,
  position bigint not null check (position >= 0)
) with (fillfactor = 50);

create table es.document (
  digest text  primary key check (digest = 'sha256:' || encode(sha256(body), 'hex')),
  kind   text  not null,
  body   bytea not null
);
`,
};
