import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstant, schemas } from '@patchtide/contracts';
import Ajv, { type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { ROOT } from './documents';
import type { JsonSchema } from './payload-schema';

const BASE = 'https://patchtide.dev/asyncapi.json';

const ajv = new Ajv({ strict: false });
ajv.addFormat('date-time', isInstant);
ajv.addSchema(Object.values(schemas));
ajv.addSchema(
  { ...(parse(readFileSync(join(ROOT, 'docs/asyncapi.yaml'), 'utf8')) as JsonSchema), $id: BASE },
  undefined,
  undefined,
  false,
);

/** For tests: checks values as somebody would who has the committed document and nothing else. */
export function validatorOf(schema: object): ValidateFunction {
  const absolute = JSON.stringify(schema).replace(/"\$ref":"(#[^"]*)"/g, `"$ref":"${BASE}$1"`);
  return ajv.compile(JSON.parse(absolute) as JsonSchema);
}
