import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemas } from '@patchtide/contracts';
import { stringify } from 'yaml';
import { asyncApi } from './asyncapi';
import { docComments } from './doc-comments';

/** The root of the repository, from src as from dist. */
export const ROOT = join(__dirname, '../../..');

/** Every generated document: its path in the repository and its text. */
export function documents(): Map<string, string> {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const comments = docComments(join(ROOT, 'libs/contracts/src'));
  const made = new Map<string, string>();
  for (const [kind, schema] of Object.entries(schemas)) {
    made.set(`docs/schemas/${kind}.json`, `${JSON.stringify(schema, null, 2)}\n`);
  }
  const options = { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false };
  made.set('docs/asyncapi.yaml', stringify(asyncApi(comments, version), options));
  return made;
}
