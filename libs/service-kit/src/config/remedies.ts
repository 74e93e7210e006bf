import type { ValidationError } from 'class-validator';

const KNOWN: Readonly<Record<string, (variable: string) => string>> = {
  isDefined: (variable) => `Set ${variable}.`,
  isInt: (variable) => `Set ${variable} to a whole number.`,
  isNumber: (variable) => `Set ${variable} to a number.`,
  isIn: (variable) => `Set ${variable} to one of these.`,
  isUrl: (variable) => `Set ${variable} to a full URL.`,
  min: (variable) => `Set ${variable} to a larger number.`,
  max: (variable) => `Set ${variable} to a smaller number.`,
};

/** What to do about a broken rule: the rule's own words (`context: { remedy }`) where it has some. */
export function remedyFor(error: ValidationError, rule: string): string {
  const contexts = (error.contexts ?? {}) as Record<string, { remedy?: unknown } | undefined>;
  const own = contexts[rule]?.remedy ?? Object.values(contexts).find((context) => context?.remedy)?.remedy;
  if (typeof own === 'string') return own;
  return (KNOWN[rule] ?? ((variable: string) => `Correct ${variable}.`))(error.property);
}
