import type { AppendResult } from './append-bench';
import type { LatencyResult } from './latency-bench';
import type { ReadResult } from './read-bench';

export interface StoreReport {
  readonly server: string;
  readonly append: readonly AppendResult[];
  readonly read: readonly ReadResult[];
  readonly latencyMs: readonly LatencyResult[];
}

/** The report as text for a terminal. */
export function reportText({ server, append, read, latencyMs }: StoreReport): string {
  const appends = append.map(({ writers, eventsPerAppend, raw, store, live }) => [
    `${eventsPerAppend} per append, ${writers} writers`,
    count(raw),
    count(store),
    ratio(store, raw),
    count(live),
    ratio(live, raw),
  ]);
  const reads = read.map(({ what, raw, store }) => [
    what,
    raw === undefined ? '' : count(raw),
    count(store),
    raw === undefined ? '' : ratio(store, raw),
  ]);
  const waits = latencyMs.map(({ what, p50, p99 }) => [what, p50.toFixed(1), p99.toFixed(1)]);
  return [
    server,
    '',
    table(['append, events/s', 'plain INSERT', 'store', 'ratio', 'with sequencer', 'ratio'], appends),
    '',
    table(['read, events/s', 'plain SELECT', 'store', 'ratio'], reads),
    '',
    table(['commit to number, ms', 'p50', 'p99'], waits),
    '',
  ].join('\n');
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows]
    .map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  '))
    .join('\n');
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

const count = (n: number): string => Math.round(n).toLocaleString('en-US');
const ratio = (a: number, b: number): string => (b === 0 ? '-' : (a / b).toFixed(2));
