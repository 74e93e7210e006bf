import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hydrateSymlinks } from './postgres-package';

describe('hydrateSymlinks', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'patchtide-package-'));
    mkdirSync(join(root, 'native', 'lib'), { recursive: true });
    writeFileSync(join(root, 'native', 'lib', 'libpq.so.5.18'), 'library');
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
    writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('makes the links that npm cannot pack, relative so that the directory can be moved', async () => {
    expect(await hydrateSymlinks(root)).toBe(true);
    const link = join(root, 'native', 'lib', 'libpq.so.5');
    expect(readFileSync(link, 'utf8')).toBe('library');
    expect(readlinkSync(link)).toBe('libpq.so.5.18');
  });

  it('may run again, and several times at once', async () => {
    expect(await Promise.all([1, 2, 3].map(() => hydrateSymlinks(root)))).toEqual([true, true, true]);
    expect(await hydrateSymlinks(root)).toBe(true);
  });
});
