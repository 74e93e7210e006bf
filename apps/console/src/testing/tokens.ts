const ROLES = ['viewer', 'operator', 'approver', 'service'] as const;
export type Role = (typeof ROLES)[number];

export function tokenOf(role: Role): string {
  return `${role}-0123456789abcdef`;
}

/** Value of PATCHTIDE_TOKENS: one caller per role, called `the-<role>`. */
export const TOKENS = ROLES.map((role) => `${role}:the-${role}:${tokenOf(role)}`).join(',');
