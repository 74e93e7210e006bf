import type { Migration } from '@patchtide/event-store';

/** Read model: how long jobs took. Made of events only, so it may be emptied and built anew at any time. */
export const durationMigrations: readonly Migration[] = [
  {
    name: 'durations-0001-job-duration',
    sql: `
create schema if not exists durations;
-- Campaigns under way, with the plan that says what their jobs are.
create table durations.campaign (
  campaign    text primary key,
  plan_digest text not null
);
-- Attempts under way.
create table durations.attempt (
  campaign text    not null,
  job      text    not null,
  attempt  integer not null,
  begun_at text    not null,
  -- Whether an executor said so; before that the moment of the dispatch stands there.
  started  boolean not null default false,
  primary key (campaign, job, attempt)
);
create table durations.job_duration (
  action   text    not null,
  kind     text    not null,
  ci       text    not null,
  campaign text    not null,
  job      text    not null,
  attempt  integer not null,
  ms       bigint  not null,
  at       text    not null,
  primary key (campaign, job, attempt)
);
create index job_duration_by_key on durations.job_duration (action, kind, ci, at);
grant usage on schema durations to patchtide_service;
grant select, insert, update, delete on all tables in schema durations to patchtide_service;`,
  },
];
