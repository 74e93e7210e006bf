import { changeSchema, windowRuleSchema } from './change.schema';
import { historySchema } from './history.schema';
import { landscapeSchema } from './landscape.schema';
import { policySchema } from './policy.schema';

/** The published JSON Schemas of the files a user writes; docs/schemas holds the same text. */
export const schemas = {
  landscape: landscapeSchema,
  policy: policySchema,
  change: changeSchema,
  'window-rule': windowRuleSchema,
  history: historySchema,
};
export type DocumentKind = keyof typeof schemas;
