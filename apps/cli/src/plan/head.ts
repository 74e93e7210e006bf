import type { Plan, PlanLimits, PlanWave } from '@patchtide/contracts';
import { counted } from '../terminal/counted';
import { names } from '../terminal/names';
import type { OutlineRow, TextRow } from '../terminal/outline';
import { dayAndTime, duration, stretch } from '../terminal/time';

/** A fact with its name before it. */
export function fact(label: string, text: string): TextRow {
  return { depth: 1, label, text };
}

/** What the plan is of, and what bounds it. */
export function headRows(plan: Plan): OutlineRow[] {
  const zone = plan.window.timezone;
  const applications = new Set(plan.jobs.flatMap((job) => job.applications)).size;
  const size = [
    counted(Object.keys(plan.servers).length, 'server'),
    counted(applications, 'application'),
    counted(plan.jobs.length, 'job'),
  ].join(', ');
  return [
    { depth: 0, text: `Plan of ${plan.change} under policy ${plan.policy}`, style: 'bold' },
    fact('digest', plan.digest),
    ...plan.windows.map(({ start, end, timezone }, i) =>
      fact(
        plan.windows.length === 1 ? 'window' : `window ${i + 1}`,
        `${stretch(start, end, timezone)} (${timezone})`,
      ),
    ),
    ...plan.freezes.map(({ name, start, end, servers }) =>
      fact('freeze', `${name}: ${stretch(start, end, zone)}, ${frozen(servers, plan)}`),
    ),
    fact('size', size),
    ...plan.waves.map((wave) => fact('wave', waveWords(wave))),
    fact('limits', limitWords(plan.limits)),
    fact('history', plan.historyDigest ?? 'none: durations are those of the policy and the defaults'),
    fact('planned at', `${dayAndTime(plan.at, zone)}`),
  ];
}

function frozen(servers: readonly string[] | null, plan: Plan): string {
  if (servers === null) return 'everything';
  return `${counted(servers.length, 'server')}: ${names(servers.map((id) => plan.servers[id]?.name ?? id))}`;
}

export function waveWords({ name, servers, soakMs, gate }: PlanWave): string {
  const rest = soakMs > 0 ? `, then ${duration(soakMs)} of rest` : '';
  const asked = [
    gate?.failures === undefined ? [] : [`at most ${counted(gate.failures, 'failed server')}`],
    gate?.incidents === undefined ? [] : [`at most ${counted(gate.incidents, 'open incident')}`],
    gate?.checks === undefined ? [] : ['every check passed'],
  ].flat();
  return `${name}: ${counted(servers, 'server')}${rest}${asked.length > 0 ? `; goes on with ${asked.join(', ')}` : ''}`;
}

/** Limits in words; equal numbers of one scope once. */
export function limitWords({ campaign, cluster, ...scopes }: PlanLimits): string {
  const words = [
    ...(campaign === null ? [] : [`${counted(campaign, 'job')} at a time`]),
    ...Object.entries(scopes).flatMap(([scope, numbers]) =>
      byNumber(numbers).map(([number, named]) => `${number} in each ${scope} (${names(named)})`),
    ),
    ...byNumber(cluster).map(
      ([number, named]) => `${counted(number, 'member')} down in each cluster (${names(named)})`,
    ),
  ];
  return words.length === 0 ? 'none' : words.join('; ');
}

function byNumber(numbers: Readonly<Record<string, number>>): [number, string[]][] {
  const found = new Map<number, string[]>();
  for (const name of Object.keys(numbers).sort()) {
    const number = numbers[name] ?? 0;
    found.set(number, [...(found.get(number) ?? []), name]);
  }
  return [...found];
}
