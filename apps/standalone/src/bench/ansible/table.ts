import type { Way } from './options';

/** What one way needed for all tasks on one number of hosts. */
export interface Run {
  readonly way: Way;
  readonly hosts: number;
  /** Tasks that were done and succeeded. */
  readonly tasks: number;
  readonly seconds: number;
  /** CPU seconds of the control side by part. */
  readonly controlCpu: Readonly<Record<string, number>>;
  /** CPU seconds of sshd and of what ran on the hosts. */
  readonly targetCpu: number;
  /** Peak memory of the control side. */
  readonly peakMb: number;
}

/** What a run measures beside what ran where; the target's CPU is measured from outside. */
export type Figures = Omit<Run, 'way' | 'hosts' | 'targetCpu'>;

/** How many times what Patchtide needs another way needs, on the same number of hosts; above 1 we are better. */
export interface Ratio {
  readonly hosts: number;
  readonly against: Way;
  readonly time: number;
  readonly controlCpu: number;
  readonly targetCpu: number;
  /** Both sides together: what a machine that is the control side and all hosts has to do. */
  readonly allCpu: number;
  readonly memory: number;
  /** Least `time` that we want; meant for 200 hosts or more and absent below. */
  readonly goal?: number;
}

const NAMES: Readonly<Record<Way, string>> = {
  module: 'Ansible, command module',
  raw: 'Ansible, raw',
  patchtide: 'Patchtide, whole system',
  ssh2: 'bare ssh2, the floor',
};

/** Twenty times faster than the module, five times faster than raw, at most 1.6 times as long as the floor. */
const GOALS: Readonly<Partial<Record<Way, number>>> = { module: 20, raw: 5, ssh2: 1 / 1.6 };
const GOALS_FROM_HOSTS = 200;

/** CPU seconds of the control side together. */
export function controlSeconds({ controlCpu }: Run): number {
  return Object.values(controlCpu).reduce((sum, seconds) => sum + seconds, 0);
}

function allSeconds(run: Run): number {
  return controlSeconds(run) + run.targetCpu;
}

/** Patchtide against each other way, wherever both were measured. */
export function ratios(runs: readonly Run[]): Ratio[] {
  const isOurs = ({ way }: Run): boolean => way === 'patchtide';
  return runs.filter(isOurs).flatMap((ours) => {
    const others = runs.filter((run) => run.hosts === ours.hosts && !isOurs(run));
    return others.map((other) => ratio(ours, other));
  });
}

function ratio(ours: Run, other: Run): Ratio {
  const { hosts } = ours;
  const goal = hosts >= GOALS_FROM_HOSTS ? GOALS[other.way] : undefined;
  return {
    hosts,
    against: other.way,
    time: other.seconds / ours.seconds,
    controlCpu: controlSeconds(other) / controlSeconds(ours),
    targetCpu: other.targetCpu / ours.targetCpu,
    allCpu: allSeconds(other) / allSeconds(ours),
    memory: other.peakMb / ours.peakMb,
    ...(goal === undefined ? {} : { goal }),
  };
}

/** The figures for people: a line per run, the ratios, and Patchtide's CPU by part. */
export function tableOf(runs: readonly Run[]): string {
  const head = ['hosts', 'way', 'wall', 'control CPU', 'target CPU', 'control memory'];
  const sections = [aligned([head, ...runs.map(figuresOf)])];
  const compared = ratios(runs).map(comparisonOf);
  const comparison = [
    'hosts',
    'against',
    'wall',
    'control CPU',
    'target CPU',
    'all CPU',
    'memory',
    'goal for wall',
  ];
  if (compared.length > 0) sections.push(aligned([comparison, ...compared]));
  sections.push(...runs.filter(({ way }) => way === 'patchtide').map(partsOf));
  return sections.join('\n\n');
}

function figuresOf(run: Run): string[] {
  const seconds = [run.seconds, controlSeconds(run), run.targetCpu].map((value) => `${value.toFixed(1)} s`);
  return [String(run.hosts), NAMES[run.way], ...seconds, `${run.peakMb} MB`];
}

function comparisonOf(ratio: Ratio): string[] {
  const { hosts, against, time, controlCpu, targetCpu, allCpu, memory, goal } = ratio;
  const verdict = goal === undefined ? '' : `${times(goal)}: ${time >= goal ? 'met' : 'missed'}`;
  return [
    String(hosts),
    NAMES[against],
    ...[time, controlCpu, targetCpu, allCpu, memory].map(times),
    verdict,
  ];
}

/** `5.0 x less` when the other way needs five times what we need, `5.0 x more` the other way round. */
function times(value: number): string {
  return value >= 1 ? `${value.toFixed(1)} x less` : `${(1 / value).toFixed(1)} x more`;
}

function partsOf({ hosts, controlCpu }: Run): string {
  const parts = Object.entries(controlCpu).sort(([, a], [, b]) => b - a);
  const rows = parts.map(([name, seconds]) => [`  ${name}`, `${seconds.toFixed(2)} s`]);
  return [`Patchtide's control CPU with ${hosts} hosts:`, aligned(rows)].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(width(column))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
