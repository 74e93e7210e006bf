import type { Figures } from './measure';

/** Figures of one estate over several runs: those of the run in the middle, and the slowest. */
export interface Measured extends Figures {
  readonly slowestMs: number;
}

const GOAL_MS = 2_000;
const GOAL_MB = 1_024;
const GOAL_SERVERS = 10_000;
/** Most that the campaign may be longer than any order could be, where a limit or the longest path dominates. */
const GOAL_RATIO = { upTo: 200, small: 1.05, large: 1.1 };

export function middleOf(runs: readonly Figures[]): Measured {
  const sorted = [...runs].sort((a, b) => a.totalMs - b.totalMs);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (!middle) throw new Error('there was no run');
  return { ...middle, slowestMs: sorted.at(-1)?.totalMs ?? middle.totalMs };
}

/** How many times longer the plan is than the lower bound; no order could come below 1. */
export function ratioOf({ makespanMs, lowerBoundMs }: Figures): number {
  return lowerBoundMs === 0 ? 1 : makespanMs / lowerBoundMs;
}

/**
 * The exponent with which time grows from one size to the next larger one of the same shape: 1 is in step with the number
 * of servers, 2 with its square. Null for the smallest.
 */
export function growthOf(figures: Figures, all: readonly Figures[]): number | null {
  const smaller = all
    .filter(({ shape, servers }) => shape === figures.shape && servers < figures.servers)
    .sort((a, b) => b.servers - a.servers)[0];
  if (!smaller) return null;
  return Math.log(figures.cpuMs / smaller.cpuMs) / Math.log(figures.servers / smaller.servers);
}

/** What was wanted and not reached, in words. Where neither limit nor path dominates, the ratio is only shown. */
export function shortfalls(all: readonly Measured[]): string[] {
  return all.flatMap((figures) => {
    const { shape, servers, totalMs, peakMb } = figures;
    const where = `${shape}, ${servers} servers`;
    const isGoal = servers <= GOAL_SERVERS;
    const most = servers <= GOAL_RATIO.upTo ? GOAL_RATIO.small : GOAL_RATIO.large;
    const ratio = ratioOf(figures);
    return [
      ...(isGoal && totalMs > GOAL_MS
        ? [`${where}: ${seconds(totalMs)} s, wanted at most ${GOAL_MS / 1000} s`]
        : []),
      ...(isGoal && peakMb > GOAL_MB
        ? [`${where}: ${peakMb.toFixed(0)} MB, wanted at most ${GOAL_MB} MB`]
        : []),
      ...(shape !== 'neither' && ratio > most
        ? [`${where}: ${ratio.toFixed(3)} x the lower bound, wanted ${most}`]
        : []),
    ];
  });
}

const COLUMNS: readonly (readonly [
  name: string,
  of: (figures: Measured, all: readonly Measured[]) => string,
])[] = [
  ['shape', ({ shape }) => shape],
  ['servers', ({ servers }) => String(servers)],
  ['relations', ({ relations }) => String(relations)],
  ['jobs', ({ jobs }) => String(jobs)],
  ['waits', ({ dependencies }) => String(dependencies)],
  ['validate s', ({ validationMs }) => seconds(validationMs)],
  ['plan s', ({ planMs }) => seconds(planMs)],
  ['total s', ({ totalMs }) => seconds(totalMs)],
  ['slowest s', ({ slowestMs }) => seconds(slowestMs)],
  ['CPU s', ({ cpuMs }) => seconds(cpuMs)],
  ['digest s', ({ digestMs }) => seconds(digestMs)],
  ['peak MB', ({ peakMb }) => peakMb.toFixed(0)],
  ['growth', (figures, all) => growthOf(figures, all)?.toFixed(2) ?? ''],
  ['nights', ({ nights }) => String(nights)],
  ['makespan h', ({ makespanMs }) => (makespanMs / 3_600_000).toFixed(2)],
  ['/ bound', (figures) => ratioOf(figures).toFixed(4)],
  ['bound by', ({ boundBy }) => boundBy],
];

export function tableOf(all: readonly Measured[]): string {
  const rows = [
    COLUMNS.map(([name]) => name),
    ...all.map((figures) => COLUMNS.map(([, of]) => of(figures, all))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
