import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line inside a piece of work carries. */
export interface LogFields {
  readonly campaign?: string;
  readonly job?: string;
  readonly correlation?: string;
  readonly [field: string]: string | number | undefined;
}

const fields = new AsyncLocalStorage<LogFields>();

/** Runs `work`; every log line in it, also after an await, carries these fields on top of those around it. */
export function withLogFields<T>(more: LogFields, work: () => T): T {
  return fields.run({ ...fields.getStore(), ...more }, work);
}

export function currentLogFields(): LogFields {
  return fields.getStore() ?? {};
}
