import { Type } from 'class-transformer';
import { buildMessage, IsArray, IsObject, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { isInstant } from './instant';
import { checkShape } from './shape';
import type { DocumentKind } from './schemas/schemas';

// class-validator's own decorators let through what these refuse: null and arrays where one object is meant
// (`ValidateNested`), null for "not given" (`IsOptional`), weeks and local times (`IsISO8601`).

type Shape = new () => object;

/** The class is also written into the validation metadata, where the generator of the documents finds it. */
export interface NestedContext {
  readonly shape: () => Shape;
}

/** May be left out. If it is there, everything else said about it counts: `null` is not "left out". */
export function Optional(): PropertyDecorator {
  return ValidateIf((_owner, value) => value !== undefined);
}

/** One object of a class: neither missing nor null nor a list. */
export function Nested(shape: () => Shape): PropertyDecorator {
  return all(IsObject(), ValidateNested({ context: { shape } }), Type(shape));
}

/** A list of objects of a class. */
export function NestedList(shape: () => Shape): PropertyDecorator {
  return all(
    IsArray(),
    IsObject({ each: true }),
    ValidateNested({ each: true, context: { shape } }),
    Type(shape),
  );
}

/** One moment, RFC 3339 with a zone. */
export function IsInstant(): PropertyDecorator {
  return rule('isInstant', isInstant, 'must be a moment such as 2026-11-29T22:00:00Z');
}

/** Names with a text each, at most 100 of them. */
export function IsTextRecord(): PropertyDecorator {
  return rule(
    'isTextRecord',
    isTextRecord,
    'must be an object of at most 100 texts of at most 4,000 characters',
  );
}

/** A text of at most so many characters, or null where there is none: it must be said. */
export function IsTextOrNull(maxLength: number): PropertyDecorator {
  return ValidateBy({
    name: 'isTextOrNull',
    constraints: [maxLength],
    validator: {
      validate: (value) => value === null || (typeof value === 'string' && value.length <= maxLength),
      defaultMessage: buildMessage(
        () => `$property must be a text of at most ${maxLength} characters, or null`,
      ),
    },
  });
}

/** The value has the published shape of a document; one rule set for files and for the bus. */
export function MatchesSchema(kind: DocumentKind): PropertyDecorator {
  const validator = {
    validate: (value: unknown) => checkShape(kind, value).length === 0,
    defaultMessage: buildMessage(() => `$property does not match the schema ${kind}`),
  };
  return ValidateBy({ name: 'matchesSchema', constraints: [kind], validator }, { context: { kind } });
}

function isTextRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const texts = Object.values(value);
  return texts.length <= 100 && texts.every((text) => typeof text === 'string' && text.length <= 4000);
}

function rule(name: string, validate: (value: unknown) => boolean, message: string): PropertyDecorator {
  return ValidateBy({
    name,
    validator: { validate, defaultMessage: buildMessage(() => `$property ${message}`) },
  });
}

function all(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}
