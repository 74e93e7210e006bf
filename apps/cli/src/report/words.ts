import type { ComplianceTotals, PatchResult, RebootRecord, RebootResult } from '@patchtide/domain';
import { counted } from '../terminal/counted';
import type { Style } from '../terminal/style';

/** What each result means, for people who do not know Patchtide. */
export const RESULT_MEANINGS: Readonly<Record<PatchResult, string>> = {
  patched: 'the host has proven it',
  'by-hand': 'a named person states that it was done by hand',
  failed: 'the last attempt failed',
  unknown: 'nobody can say what became of the last attempt',
  skipped: 'a named person decided against it',
  'left-out': 'given up by rule: too late, or everything was given back',
  excluded: 'the plan left it out, for the reason given',
  pending: 'not decided yet',
};

export const RESULT_STYLES: Readonly<Record<PatchResult, Style>> = {
  patched: 'green',
  'by-hand': 'green',
  failed: 'red',
  unknown: 'alarm',
  skipped: 'yellow',
  'left-out': 'yellow',
  excluded: 'plain',
  pending: 'cyan',
};

const REBOOT_WORDS: Readonly<Record<RebootResult, string>> = {
  rebooted: 'rebooted',
  'not-needed': 'not needed',
  'by-hand': 'by hand',
  failed: 'failed',
  unknown: 'unknown',
  skipped: 'skipped',
  'left-out': 'left out',
  pending: 'pending',
  'not-planned': 'not planned',
};

/** How a server's reboot stands, and whether one is still due. */
export function rebootWords({ result, isDue }: RebootRecord): string {
  return isDue ? `${REBOOT_WORDS[result]}, DUE` : REBOOT_WORDS[result];
}

/** The totals in one sentence; results that nobody has are left out. */
export function totalsSentence(totals: ComplianceTotals): string {
  const results = Object.keys(RESULT_MEANINGS) as PatchResult[];
  const some = results.filter((result) => totals[result] > 0).map((result) => `${totals[result]} ${result}`);
  return `${totals.compliant} of ${counted(totals.servers, 'server')} compliant: ${some.join(', ') || 'none in scope'}`;
}
