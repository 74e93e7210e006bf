import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Fault } from './fault';
import { type DocumentKind, schemas } from './schemas/schemas';

const MAX_FAULTS = 200;
const validators = new Map<DocumentKind, ValidateFunction>();

/** Every way in which `value` departs from the published schema, at most 200 of them; none means the shape is right. */
export function checkShape(kind: DocumentKind, value: unknown): Fault[] {
  const validate = validatorOf(kind);
  if (validate(value)) return [];
  const errors = (validate.errors ?? []).filter((error) => !isNoise(error, validate.errors ?? []));
  return errors.slice(0, MAX_FAULTS).map(toFault);
}

function validatorOf(kind: DocumentKind): ValidateFunction {
  const known = validators.get(kind);
  if (known) return known;
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    verbose: true,
  });
  addFormats(ajv);
  const made = ajv.compile(schemas[kind]);
  validators.set(kind, made);
  return made;
}

/** `anyOf` says everything twice; its own line is dropped when a branch has a more exact one. */
function isNoise(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  const isUnion = error.keyword === 'anyOf' || error.keyword === 'oneOf' || error.keyword === 'propertyNames';
  return isUnion && all.some((other) => other !== error && other.instancePath.startsWith(error.instancePath));
}

function toFault(error: ErrorObject): Fault {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'required':
      return at(`${error.instancePath}/${String(params['missingProperty'])}`, 'is missing', 'Add it.');
    case 'additionalProperties':
      return at(
        `${error.instancePath}/${String(params['additionalProperty'])}`,
        'is not a known property',
        `Remove it or correct its name; known here: ${knownProperties(error)}.`,
      );
    case 'enum':
      return at(
        error.instancePath,
        'is not one of the allowed values',
        `Use one of: ${list(params['allowedValues'])}.`,
      );
    case 'pattern':
      return at(
        error.instancePath,
        describe(error.data, 'has a form that is not allowed'),
        `It must match ${String(params['pattern'])}.`,
      );
    case 'format':
      return at(
        error.instancePath,
        describe(error.data, `is not a ${String(params['format'])}`),
        exampleOf(String(params['format'])),
      );
    default:
      return at(error.instancePath, describe(error.data, error.message ?? 'is wrong'), 'Correct the value.');
  }
}

function at(path: string, message: string, remedy: string): Fault {
  return { path, message, remedy };
}

function describe(data: unknown, message: string): string {
  return typeof data === 'string' || typeof data === 'number'
    ? `${JSON.stringify(data).slice(0, 80)} ${message}`
    : message;
}

function knownProperties(error: ErrorObject): string {
  const schema = error.parentSchema as { properties?: object } | undefined;
  return Object.keys(schema?.properties ?? {}).join(', ') || 'none';
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.join(', ') : '';
}

function exampleOf(format: string): string {
  return format === 'date' ? 'Write it like 2027-03-31.' : 'Write it like 2026-11-29T22:00:00+01:00.';
}
