import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Fault } from './fault';
import { isInstant } from './instant';
import { formOf } from './schemas/form';
import { type DocumentKind, schemas } from './schemas/schemas';
import { toFaults } from './shape-faults';

const MAX_FAULTS = 200;
const validators = new Map<DocumentKind, ValidateFunction>();
const forms = new Map<DocumentKind, ValidateFunction>();

/** Every way in which `value` departs from the published schema, at most 200 of them; none means the shape is right. */
export function checkShape(kind: DocumentKind, value: unknown): Fault[] {
  const validate = validatorOf(kind);
  return validate(value) ? [] : toFaults(validate.errors ?? []).slice(0, MAX_FAULTS);
}

/**
 * Whether lists are lists and texts are texts, whatever the texts say. Then the sense of a document can be examined
 * although its shape has faults, and the writer learns everything at once.
 */
export function hasForm(kind: DocumentKind, value: unknown): boolean {
  const validate = forms.get(kind) ?? new Ajv({ strict: false }).compile(formOf(schemas[kind]));
  forms.set(kind, validate);
  return validate(value);
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
  // The package's own also takes blanks for the T and leap seconds, of which Date.parse makes NaN.
  ajv.addFormat('date-time', isInstant);
  const made = ajv.compile(schemas[kind]);
  validators.set(kind, made);
  return made;
}
