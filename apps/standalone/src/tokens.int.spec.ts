import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROLES, tokensIn, tokensVariable } from './tokens';

describe('the tokens', () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'patchtide-tokens-'));
    file = join(directory, 'tokens.json');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('are made once, long and different for every role', async () => {
    const tokens = await tokensIn(file);
    expect(new Set(Object.values(tokens)).size).toBe(ROLES.length);
    for (const token of Object.values(tokens)) expect(token).toMatch(/^[\w-]{43}$/);
    expect(await tokensIn(file)).toEqual(tokens);
    expect(tokensVariable(tokens)).toContain(`operator:operator:${tokens.operator}`);
  });

  it('that are missing or short in the file are an error that names the roles', async () => {
    writeFileSync(file, JSON.stringify({ operator: 'x'.repeat(16), approver: 'short' }));
    await expect(tokensIn(file)).rejects.toThrow('viewer, approver, auditor, service, admin');
  });
});
