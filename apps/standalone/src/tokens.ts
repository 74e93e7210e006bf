import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Role as ServiceRole } from '@patchtide/service-kit';

export const ROLES = [
  'viewer',
  'operator',
  'approver',
  'auditor',
  'service',
  'admin',
] as const satisfies readonly ServiceRole[];
export type Role = (typeof ROLES)[number];
export type Tokens = Readonly<Record<Role, string>>;

/** One random bearer token per role. */
export function randomTokens(): Tokens {
  const pairs = ROLES.map((role) => [role, randomBytes(32).toString('base64url')]);
  return Object.fromEntries(pairs) as Tokens;
}

/** The tokens of this installation: read from the file, or made and kept there at the first start. */
export async function tokensIn(file: string): Promise<Tokens> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) {
    const tokens = randomTokens();
    await writeFile(file, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    return tokens;
  }
  return parseTokens(text, file);
}

function parseTokens(text: string, file: string): Tokens {
  const found = JSON.parse(text) as Partial<Record<string, unknown>>;
  const missing = ROLES.filter((role) => typeof found[role] !== 'string' || String(found[role]).length < 16);
  if (missing.length > 0) {
    throw new Error(`${file} has no usable token (16 characters or more) for: ${missing.join(', ')}`);
  }
  return found as Tokens;
}

/** Value of PATCHTIDE_TOKENS: `role:name:token` with commas between; the owner of a role's token is called like the role. */
export function tokensVariable(tokens: Tokens): string {
  return ROLES.map((role) => `${role}:${role}:${tokens[role]}`).join(',');
}
