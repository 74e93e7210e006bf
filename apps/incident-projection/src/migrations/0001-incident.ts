import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model's table, owned by this service alone. */
export class Incident1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create schema if not exists incidents');
    await runner.query(`
      create table incidents.incident (
        "id" text primary key, "kind" text not null, "status" text not null, "campaign" text, "job" text,
        "name" text not null, "ci" text, "server" text, "application" text, "owner" text, "outcome" text,
        "summary" text not null, "outputTail" text not null, "attempt" int not null, "waiting" int not null,
        "slackMs" double precision, "answers" text not null, "faults" text not null, "openedAt" text not null,
        "timesOpened" int not null, "acknowledgedBy" text, "resolvedAt" text, "resolvedBy" text, "resolvedHow" text,
        "history" text not null
      )`);
    await runner.query('create index incident_by_slack on incidents.incident ("status", "slackMs")');
    await runner.query('grant usage on schema incidents to patchtide_service');
    await runner.query('grant select, insert, update, delete on incidents.incident to patchtide_service');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table incidents.incident');
  }
}
