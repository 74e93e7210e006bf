import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { documents, ROOT } from './documents';

const REGENERATE = 'Run `npx nx run contract-docs:generate` and read what changed.';

describe('the generated documents', () => {
  it.each([...documents().keys()])('%s is what the code says', (path) => {
    const committed = existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '';
    const isSame = committed === documents().get(path);
    expect(isSame || `${path} differs. ${REGENERATE}`).toBe(true);
  });

  it('are all there is in docs/schemas', () => {
    const written = readdirSync(join(ROOT, 'docs/schemas')).map((file) => `docs/schemas/${file}`);
    expect(written.filter((path) => !documents().has(path))).toEqual([]);
  });

  it('can be parsed by others', () => {
    for (const [path, text] of documents()) {
      expect(path.endsWith('.json') ? JSON.parse(text) : parse(text)).toBeInstanceOf(Object);
    }
  });
});
