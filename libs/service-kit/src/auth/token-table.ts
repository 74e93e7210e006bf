import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type ValidationArguments,
  type ValidationOptions,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';

export const ROLES = ['viewer', 'operator', 'approver', 'auditor', 'service', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls. Every role may also do what a viewer may. */
export interface Caller {
  readonly name: string;
  readonly roles: readonly Role[];
}

interface Entry {
  readonly digest: Buffer;
  readonly name: string;
  readonly roles: Role[];
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/;
const MIN_TOKEN = 16;

/** Bearer tokens by role. Holds only digests; a comparison takes the same time whatever is presented. */
export class TokenTable {
  private constructor(private readonly entries: readonly Entry[]) {}

  /**
   * Reads `role:name:token` entries separated by commas. A token listed several times gives its one owner several roles.
   * @throws Error naming every faulty entry by its number, never its token.
   */
  static parse(text: string): TokenTable {
    const { entries, faults } = read(text);
    if (faults.length > 0) throw new Error(faults.join('; '));
    return new TokenTable(entries);
  }

  /** Nobody may call. */
  static empty(): TokenTable {
    return new TokenTable([]);
  }

  /** The owner of a token. */
  callerOf(token: string): Caller | undefined {
    const presented = digestOf(token);
    let found: Entry | undefined;
    for (const entry of this.entries) if (timingSafeEqual(entry.digest, presented)) found = entry;
    return found === undefined ? undefined : { name: found.name, roles: found.roles };
  }
}

/** For configuration classes (`@Validate(TokensRule, TOKENS_HELP)`): the text is a list of tokens. */
@ValidatorConstraint({ name: 'areTokens' })
export class TokensRule implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && read(value).faults.length === 0;
  }

  defaultMessage({ value }: ValidationArguments): string {
    return `is not usable: ${read(String(value)).faults.join('; ')}`;
  }
}

export const TOKENS_HELP: ValidationOptions = {
  context: { remedy: 'Write role:name:token, comma separated; make a token with: openssl rand -hex 32' },
};

function read(text: string): { entries: Entry[]; faults: string[] } {
  const byToken = new Map<string, Entry>();
  const faults: string[] = [];
  for (const [index, part] of text.split(',').entries()) {
    const [role = '', name = '', ...rest] = part.trim().split(':');
    const token = rest.join(':');
    const known = byToken.get(token);
    const fault = faultOf({ role, name, token }, known);
    if (fault !== undefined) faults.push(`entry ${index + 1} ${fault}`);
    else if (known !== undefined) known.roles.push(role as Role);
    else byToken.set(token, { digest: digestOf(token), name, roles: [role as Role] });
  }
  return { entries: [...byToken.values()], faults };
}

function faultOf(entry: { role: string; name: string; token: string }, known?: Entry): string | undefined {
  const { role, name, token } = entry;
  if (!(ROLES as readonly string[]).includes(role))
    return `has a role that is not one of ${ROLES.join(', ')}`;
  if (!NAME.test(name)) return 'has a name that is not letters, digits and . _ @ -';
  if (token.length < MIN_TOKEN) return `has a token shorter than ${MIN_TOKEN} characters`;
  if (/\s/.test(token)) return 'has a token with spaces in it';
  if (known !== undefined && known.name !== name) return 'has the token of somebody else';
  return undefined;
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
