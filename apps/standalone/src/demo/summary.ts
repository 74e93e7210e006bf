import type { Fact } from './demo-fleet';
import type { Outcome } from './outcome';

const NAME_CELLS = 19;
const BAD = ' <- NOT AS IT SHOULD BE';

/** Whether everything is as it should be. */
export function isGood(outcome: Outcome): boolean {
  return outcome.status === 'completed' && factsOf(outcome).every(({ good }) => good);
}

/** The demo's end for people. */
export function summary(outcome: Outcome, wallMs: number): string {
  const [patched, ...others] = factsOf(outcome);
  const wall = fact('wall time', [`${(wallMs / 1000).toFixed(1)} s`]);
  const rows = [...(patched ? [patched] : []), wall, ...others];
  return [`Campaign ${outcome.status}`, ...rows.map(row)].join('\n');
}

function factsOf(outcome: Outcome): Fact[] {
  const { serversPatched, servers, openObligations, executedTwice, incidents, faults } = outcome;
  const areResolved = incidents.every(({ status }) => status === 'resolved');
  return [
    fact('servers patched', [`${serversPatched}`], serversPatched === servers),
    fact('jobs', [jobs(outcome)]),
    fact('faults shown', faults.length === 0 ? ['none'] : faults),
    fact('incidents', [`${incidents.length}`, ...incidents.map(incidentLine)], areResolved),
    fact('obligations open', [`${openObligations}`], openObligations === 0),
    ...outcome.facts,
    fact('executed twice', [`${executedTwice}`], executedTwice === 0),
    fact('events', [`${outcome.events}, chain ${outcome.chain}`], outcome.chain === 'verified'),
  ];
}

function fact(name: string, lines: readonly string[], good = true): Fact {
  return { name, lines, good };
}

function jobs({ jobs }: Outcome): string {
  const total = Object.values(jobs).reduce((sum, count) => sum + count, 0);
  const states = Object.entries(jobs).map(([status, count]) => `${count} ${status}`);
  return `${total} (${states.join(', ')})`;
}

function incidentLine({ name, status, resolvedHow }: Outcome['incidents'][number]): string {
  return `${name}: ${status}${resolvedHow === null ? '' : ` by ${resolvedHow}`}`;
}

function row({ name, lines: [first = '', ...more], good }: Fact): string {
  const indented = more.map((line) => `  ${' '.repeat(NAME_CELLS)}${line}`);
  return [`  ${name.padEnd(NAME_CELLS)}${first}${good ? '' : BAD}`, ...indented].join('\n');
}
