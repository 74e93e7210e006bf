import { changeSchema } from './change.schema';
import { landscapeSchema } from './landscape.schema';
import { policySchema } from './policy.schema';

/** The published JSON Schemas of the files a user writes; docs/schemas holds the same text. */
export const schemas = { landscape: landscapeSchema, policy: policySchema, change: changeSchema };
export type DocumentKind = keyof typeof schemas;
