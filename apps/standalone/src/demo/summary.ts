import type { Outcome } from './outcome';

/** Whether everything is as it should be. */
export function isGood(outcome: Outcome): boolean {
  return (
    outcome.status === 'completed' &&
    outcome.openObligations === 0 &&
    outcome.chain === 'verified' &&
    outcome.executedTwice === 0 &&
    outcome.incidents.every(({ status }) => status === 'resolved')
  );
}

/** The demo's end for people. */
export function summary(outcome: Outcome, wallMs: number): string {
  const total = Object.values(outcome.jobs).reduce((sum, count) => sum + count, 0);
  const states = Object.entries(outcome.jobs).map(([status, count]) => `${count} ${status}`);
  const incidents = outcome.incidents.map(
    ({ name, status, resolvedHow }) =>
      `${name}: ${status}${resolvedHow === null ? '' : ` by ${resolvedHow}`}`,
  );
  const rows: [string, string][] = [
    ['servers patched', `${outcome.serversPatched}`],
    ['wall time', `${(wallMs / 1000).toFixed(1)} s`],
    ['jobs', `${total} (${states.join(', ')})`],
    ['faults shown', listed(outcome.faults)],
    ['incidents', incidents.length === 0 ? '0' : listed([`${incidents.length}`, ...incidents])],
    ['obligations open', `${outcome.openObligations}`],
    ['false alarms', `${outcome.falseAlarms}`],
    ['executed twice', `${outcome.executedTwice}`],
    ['events', `${outcome.events}, chain ${outcome.chain}`],
  ];
  return [
    `Campaign ${outcome.status}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(NAME_CELLS)}${value}`),
  ].join('\n');
}

const NAME_CELLS = 19;

function listed(lines: readonly string[]): string {
  return lines.join(`\n  ${' '.repeat(NAME_CELLS)}`);
}
