import type { Plan } from '@patchtide/contracts';
import { counted } from '../terminal/counted';
import { names } from '../terminal/names';
import type { OutlineRow } from '../terminal/outline';
import type { Style } from '../terminal/style';
import { dayAndTime, duration, stretch } from '../terminal/time';
import { groupBy } from './places';

const SHOWN_APPLICATIONS = 12;

/** What is not as usual: people, conditions, deviations, what is left out, what the reader must know. */
export function sectionRows(plan: Plan, whole: boolean): OutlineRow[] {
  const shown = whole ? Infinity : 6;
  return [
    ...section('By hand:', byHand(plan, shown)),
    ...section('Conditions of the business:', conditions(plan, shown)),
    ...section(deviationTitle(plan), deviations(plan, shown)),
    ...section(
      'Left out:',
      grouped(
        plan.exclusions,
        ({ reason }) => reason,
        ({ ci }) => ci,
        shown,
      ),
    ),
    ...section('To know:', plan.notes),
  ];
}

/** How long each application is down, and until when its stop may begin; the one with the least slack first. */
export function applicationRows({ forecast, window: { timezone } }: Plan, whole: boolean): OutlineRow[] {
  const bySlack = [...forecast.applications].sort((a, b) => a.slackMs - b.slackMs);
  const shown = whole ? bySlack : bySlack.slice(0, SHOWN_APPLICATIONS);
  if (shown.length === 0) return [];
  const header = ['application', 'slack', 'last safe moment', 'down for', 'down'];
  const cells = shown.map(({ application, downFrom, upAt, downtimeMs, lastSafeMoment, slackMs }) => [
    application,
    slackMs < 0 ? `${duration(slackMs)} TOO LATE` : duration(slackMs),
    dayAndTime(lastSafeMoment, timezone),
    duration(downtimeMs),
    stretch(downFrom, upAt, timezone),
  ]);
  const more = bySlack.length - shown.length;
  return [
    null,
    cellRow(header, 'dim'),
    ...cells.map((row) => cellRow(row)),
    ...(more === 0
      ? []
      : [{ depth: 1, text: `${counted(more, 'application')} with more slack`, style: 'dim' as const }]),
  ];
}

function cellRow(texts: readonly string[], style: Style = 'plain'): OutlineRow {
  return { depth: 1, cells: texts.map((text) => ({ text, style })) };
}

function section(title: string, lines: readonly string[]): OutlineRow[] {
  if (lines.length === 0) return [];
  return [
    null,
    { depth: 0, text: title, style: 'bold' },
    ...lines.map((text): OutlineRow => ({ depth: 1, text })),
  ];
}

function byHand({ jobs, window }: Plan, shown: number): string[] {
  const manual = jobs.filter(({ instructions }) => instructions !== null);
  const equal = groupBy(manual, ({ instructions }) => instructions ?? '');
  return [...equal].map(([instructions, list]) => {
    const [first] = [...list].sort((a, b) => Date.parse(a.estimatedStart) - Date.parse(b.estimatedStart));
    const from = first === undefined ? '' : `from ${dayAndTime(first.estimatedStart, window.timezone)}`;
    return `${names(list.map(({ name }) => name).sort(), shown)}, ${from}: ${instructions}`;
  });
}

function conditions({ jobs }: Plan, shown: number): string[] {
  const gates = [...new Set(jobs.flatMap((job) => job.gates))].sort();
  return gates.map((gate) => {
    const waiting = jobs.filter((job) => job.gates.includes(gate));
    const applications = [...new Set(waiting.flatMap((job) => job.application ?? job.applications))].sort();
    return `${gate}, for ${names(applications, shown)} (${counted(waiting.length, 'job')})`;
  });
}

function deviationTitle({ deviations: all, servers }: Plan): string {
  const cis = new Set(all.map(({ ci }) => ci)).size;
  return `${counted(all.length, 'deviation')} from the standard, at ${counted(cis, 'CI')}; ${counted(Object.keys(servers).length, 'server')} in all:`;
}

function deviations(plan: Plan, shown: number): string[] {
  return grouped(
    plan.deviations,
    ({ what, owner, reason, until }) => `${what} (${owner}, until ${until}: ${reason})`,
    ({ ci }) => ci,
    shown,
  );
}

/** Equal words once, with the names they are about. */
function grouped<T>(
  items: readonly T[],
  wordsOf: (item: T) => string,
  nameOf: (item: T) => string,
  shown: number,
): string[] {
  return [...groupBy(items, wordsOf)].map(([words, list]) => `${names(list.map(nameOf), shown)}: ${words}`);
}
