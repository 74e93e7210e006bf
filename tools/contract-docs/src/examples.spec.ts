import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkShape, type DocumentKind } from '@patchtide/contracts';
import { parse } from 'yaml';
import { ROOT } from './documents';

const examples: [DocumentKind, string][] = [
  ['landscape', 'landscape.yaml'],
  ['policy', 'policy-standard.yaml'],
  ['change', 'change.yaml'],
];

describe('the examples', () => {
  it.each(examples)('of a %s have the published shape (%s)', (kind, file) => {
    const text = readFileSync(join(ROOT, 'examples', file), 'utf8');
    expect(checkShape(kind, parse(text))).toEqual([]);
  });
});
