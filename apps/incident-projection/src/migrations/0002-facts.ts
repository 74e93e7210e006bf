import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the host noted about the attempt. With a default, so that an instance of the version before can go on inserting. */
export class Facts1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table incidents.incident add column "facts" text not null default '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table incidents.incident drop column "facts"');
  }
}
