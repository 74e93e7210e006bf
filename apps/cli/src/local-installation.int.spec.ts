import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localInstallation } from './local-installation';

describe('the installation of this machine', () => {
  let directory: string;
  const here = () => localInstallation({ PATCHTIDE_DATA_DIR: directory });

  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'patchtide-cli-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is where `npm start` puts it', () => {
    expect(localInstallation({}).url).toBe('http://127.0.0.1:8080');
    expect(localInstallation({ PATCHTIDE_PORT: '9000' }).url).toBe('http://127.0.0.1:9000');
    expect(localInstallation({ PATCHTIDE_DATA_DIR: ' ' }).tokensFile).toMatch(/patchtide\/tokens\.json$/);
    expect(here().tokensFile).toBe(join(directory, 'tokens.json'));
  });

  it('has a token for each role, or none when the file is absent or broken', () => {
    expect(here().token('operator')).toBeNull();
    writeFileSync(join(directory, 'tokens.json'), '{"operator":"o","approver":"a","viewer":7}');
    expect(here().token('operator')).toBe('o');
    expect(here().token('approver')).toBe('a');
    for (const text of ['', 'null', '[]', '{"operator":{}}']) {
      writeFileSync(join(directory, 'tokens.json'), text);
      expect(here().token('operator')).toBeNull();
    }
  });

  it('keeps its tokens on this machine unless it was named', () => {
    const unnamed = localInstallation({});
    expect(['http://127.0.0.1:1', 'http://localhost', 'https://[::1]:8'].every(unnamed.serves)).toBe(true);
    expect(['https://patchtide.example.com', 'http://127.0.0.1.evil.net'].some(unnamed.serves)).toBe(false);
    expect(here().serves('https://patchtide.example.com')).toBe(true);
  });
});
