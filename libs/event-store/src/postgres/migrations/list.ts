import { append } from './0002-append';
import { guards } from './0004-guards';
import { log } from './0003-log';
import { tables } from './0001-tables';

/** A step of the database schema. It is never edited once released; its text is compared at every start. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The event store's own schema, oldest first. */
export const storeMigrations: readonly Migration[] = [tables, append, log, guards];
