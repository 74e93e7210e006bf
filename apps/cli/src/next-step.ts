import type { Access, Problem } from './api';

/** The API speaks of its paths; here people have commands. */
const BY_CODE: Readonly<Record<string, string>> = {
  'unknown-campaign': 'See "patchtide campaign list".',
  'unknown-job': 'See "patchtide job list <campaign>".',
  'unknown-incident': 'See "patchtide incident list --all".',
  'job-waits': 'Answer its job: "patchtide incident show <id>" tells how.',
  'campaign-waits': 'Answer the jobs of what "patchtide obligation list <campaign>" shows.',
};

/** What to do about a refusal. */
export function nextStepFor(
  status: number,
  { code, nextStep }: Problem,
  { token, tokenAdvice }: Access,
): string {
  const own = BY_CODE[code ?? ''] ?? nextStep ?? '';
  if (own !== '') return own;
  if (status === 401) return token === null ? tokenAdvice : `Use a token of this server. ${tokenAdvice}`;
  if (status === 403) return 'Use the token of somebody with that role: --token or PATCHTIDE_TOKEN.';
  if (status === 404) return 'Check the names, and that --url names a Patchtide server of this version.';
  if (status >= 500) return "Try again in a moment; if it stays, look into the server's logs.";
  return '';
}
