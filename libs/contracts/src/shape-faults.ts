import type { ErrorObject } from 'ajv';
import type { Fault } from './fault';

// Ajv says everything a value is not. A person needs what is wrong and what to write instead, once.

/** Beyond this many nobody reads on, and telling branches apart takes longer with each. */
const MAX_ERRORS = 2_000;

type Params = Readonly<Record<string, unknown>>;

/** Ajv's errors (of a verbose validator) as faults, without repetitions and without the branches of a choice not taken. */
export function toFaults(errors: readonly ErrorObject[]): Fault[] {
  const considered = errors.slice(0, MAX_ERRORS);
  const faults = withoutNoise(considered).map(toFault);
  const seen = new Set<string>();
  return faults.filter(({ path, remedy }) => {
    const key = `${path}\n${remedy}`;
    return !seen.has(key) && seen.add(key);
  });
}

function withoutNoise(errors: readonly ErrorObject[]): ErrorObject[] {
  const noise = new Set<ErrorObject>();
  for (const error of errors) {
    if (error.keyword === 'propertyNames') noise.add(error);
    if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') continue;
    const inner = errors.filter((other) => isInside(other, error));
    const fitting = fittingBranches(error, inner);
    if (fitting.size > 0) noise.add(error);
    for (const other of inner) if (!fitting.has(branchOf(other, error))) noise.add(other);
  }
  return errors.filter((error) => !noise.has(error));
}

/** Branches of the right type, whose errors tell more than "none of these". A choice by property names has none. */
function fittingBranches(choice: ErrorObject, inner: readonly ErrorObject[]): Set<string> {
  if (namesToChoose(choice).length > 0) return new Set();
  const branches = new Set(inner.map((error) => branchOf(error, choice)));
  for (const error of inner) {
    const isWrongType = error.keyword === 'type' && error.instancePath === choice.instancePath;
    if (isWrongType) branches.delete(branchOf(error, choice));
  }
  return branches;
}

function isInside(error: ErrorObject, choice: ErrorObject): boolean {
  const { schemaPath, instancePath } = choice;
  return (
    error.schemaPath.startsWith(`${schemaPath}/`) &&
    (error.instancePath === instancePath || error.instancePath.startsWith(`${instancePath}/`))
  );
}

function branchOf(error: ErrorObject, choice: ErrorObject): string {
  return error.schemaPath.slice(choice.schemaPath.length + 1).split('/', 1)[0] ?? '';
}

/** `['unit', 'command']` for a choice of which property is there. */
function namesToChoose({ schema }: ErrorObject): string[] {
  const branches = Array.isArray(schema) ? (schema as { required?: string[] }[]) : [];
  const isByName = branches.every((branch) => Object.keys(branch).join() === 'required');
  return isByName ? branches.flatMap(({ required }) => required ?? []) : [];
}

function toFault(error: ErrorObject): Fault {
  const params = error.params as Params;
  const path = error.instancePath;
  switch (error.keyword) {
    case 'required':
      return at(child(path, params['missingProperty']), 'is missing', 'Add it.');
    case 'additionalProperties':
      return at(child(path, params['additionalProperty']), 'is not a known property', unknownRemedy(error));
    case 'anyOf':
    case 'oneOf':
      return at(path, ...unfitting(error));
    default:
      // The name of a property is checked at its owner; the reader looks for the property.
      return at(
        error.propertyName === undefined ? path : child(path, error.propertyName),
        `${shown(error.data)} ${problem(error)}`,
        remedy(error),
      );
  }
}

function at(path: string, message: string, remedy: string): Fault {
  return { path, message, remedy };
}

function unfitting(choice: ErrorObject): [message: string, remedy: string] {
  const names = namesToChoose(choice);
  if (names.length > 0) return ['does not have exactly one of them', `Give one of: ${names.join(', ')}.`];
  const types = (choice.schema as { type?: string }[]).map(({ type }) => noun(type));
  return [`${shown(choice.data)} is not ${types.join(' or ')}`, `Write ${types.join(' or ')}.`];
}

function unknownRemedy({ parentSchema }: ErrorObject): string {
  const { properties } = parentSchema as { properties?: object };
  return `Remove it or correct its name; known here: ${Object.keys(properties ?? {}).join(', ') || 'none'}.`;
}

function problem({ keyword, params, data }: ErrorObject): string {
  const { limit, type } = params as { limit?: number; type?: string };
  const problems: Readonly<Record<string, string>> = {
    type: `is not ${noun(type)}`,
    enum: 'is not one of the allowed values',
    not: 'is a reserved word',
    pattern: 'has a form that is not allowed',
    format: 'does not exist or is not written as it must be',
    minimum: `is less than ${limit}`,
    maximum: `is more than ${limit}`,
    minLength: 'is too short',
    maxLength: `has ${[...String(data)].length} characters, more than ${limit}`,
    minItems: 'has too few entries',
    maxItems: `has more than ${limit} entries`,
    minProperties: 'says nothing',
    maxProperties: `has more than ${limit} entries`,
    uniqueItems: 'names something twice',
  };
  return problems[keyword] ?? 'is not allowed';
}

function remedy({ keyword, params, parentSchema, data }: ErrorObject): string {
  const { limit, type, allowedValues } = params as {
    limit?: number;
    type?: string;
    allowedValues?: string[];
  };
  const { $comment: comment } = (parentSchema ?? {}) as { $comment?: string };
  const isQuoted = typeof data === 'string' && /^(-?[0-9.]+|true|false)$/.test(data);
  const remedies: Readonly<Record<string, string>> = {
    type: `Write ${noun(type)}${isQuoted ? ', without quotes' : ''}.`,
    enum: `Use one of: ${(allowedValues ?? []).join(', ')}.`,
    not: 'Choose another name.',
    minimum: `Write ${limit} or more.`,
    maximum: `Write ${limit} or less.`,
    maxLength: `Use at most ${limit} characters.`,
    minItems: `Give at least ${limit}.`,
    maxItems: `Give at most ${limit}.`,
    minProperties: 'Give at least one property.',
    maxProperties: `Give at most ${limit}.`,
    uniqueItems: 'Remove the repetition.',
  };
  const isAboutForm = ['pattern', 'format', 'minLength', 'maxLength'].includes(keyword);
  return (isAboutForm ? comment : undefined) ?? remedies[keyword] ?? 'Correct the value.';
}

function noun(type: string | undefined): string {
  const nouns: Readonly<Record<string, string>> = {
    string: 'a text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    object: 'an object',
    array: 'a list',
  };
  return nouns[type ?? ''] ?? 'another value';
}

/** The value as it may be shown: short, and nothing in it that moves a cursor or turns the text around. */
function shown(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object' && data !== null) return 'an object';
  const text = typeof data === 'string' && data.length > 60 ? `${data.slice(0, 60)}…` : data;
  return visible(JSON.stringify(text) ?? 'nothing');
}

function visible(text: string): string {
  const unseen = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;
  return text.replace(unseen, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A JSON pointer one level down. */
function child(path: string, name: unknown): string {
  const token = visible(String(name)).slice(0, 200).replace(/~/g, '~0').replace(/\//g, '~1');
  return `${path}/${token}`;
}
