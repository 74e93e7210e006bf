import type { HostFacts } from '@patchtide/connectors/remote-shell';
import { FINDINGS, isFindingCode } from '@patchtide/domain';

/** Why an attempt failed in the host's own words, without a full stop where it said so, and what helps, in sentences. */
export interface ToldFailure {
  readonly what?: string;
  readonly remedy: string;
}

const NO_REMEDY = 'Read the output, put it right, then retry.';

/** The words with which remedies of the host program begin; a sentence that begins otherwise still says what happened. */
const REMEDY_BEGINS = new RegExp(
  `\\. (?=(?:${[
    ...['Correct', 'End', 'Free', 'Install', 'Look', 'Make', 'Merge', 'Put', 'Read'],
    ...['Remove', 'See', 'Skip', 'Start', 'Stop', 'Unmask', 'Wait'],
  ].join('|')})\\b)`,
);
const SAYS_RETRY = /\b(?:retry|try again)\b/;
const FAULT = /^fault ([a-z-]+) /;

/** The failure among the notes of an attempt. What helps is said once: by the host, by what its doctor found, or in general. */
export function toldFailure(notes: HostFacts['notes']): ToldFailure {
  const told = notes['failure']?.replace(/[.\s]+$/, '');
  if (told === undefined) return { remedy: NO_REMEDY };
  const at = told.search(REMEDY_BEGINS);
  const what = at === -1 ? told : told.slice(0, at);
  const remedies = at === -1 ? remediesOfFindings(notes) : [`${told.slice(at + 2)}.`];
  return { what, remedy: remedies.length === 0 ? NO_REMEDY : thenRetry(remedies.join(' ')) };
}

function thenRetry(remedy: string): string {
  return SAYS_RETRY.test(remedy) ? remedy : `${remedy} Then retry.`;
}

function remediesOfFindings(notes: HostFacts['notes']): string[] {
  const codes = Object.entries(notes).map(
    ([token, text]) => token.startsWith('finding-') && FAULT.exec(text)?.[1],
  );
  const known = codes.filter((code) => typeof code === 'string').filter(isFindingCode);
  return [...new Set(known.map((code) => FINDINGS[code].remedy))];
}
