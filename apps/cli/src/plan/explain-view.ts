import type { Plan } from '@patchtide/contracts';
import type { JobExplanation, Link } from '@patchtide/domain';
import type { Look } from '../output';
import { counted } from '../terminal/counted';
import { localTimes } from '../terminal/local-times';
import { names } from '../terminal/names';
import { outline, type OutlineRow } from '../terminal/outline';
import { clock, dayAndTime, duration } from '../terminal/time';
import { estimateWords } from './estimate-words';
import { fact } from './head';
import { extras } from './tree';

/** Why a job is where it is, for people: facts, what it waits for, and the chain to the root. */
export function explainView(plan: Plan, explanation: JobExplanation, look: Look): string {
  const { timezone } = plan.window;
  return outline(
    [
      ...facts(plan, explanation),
      ...links('Waits for, the one that decides first:', explanation.waitsFor, timezone),
      ...chain(explanation, timezone),
      ...holdsUp(plan, explanation),
    ],
    look,
  );
}

function facts(plan: Plan, { job, heldBy, onCriticalPath, spareMs, slackMs }: JobExplanation): OutlineRow[] {
  const zone = plan.window.timezone;
  const window = plan.windows.length === 1 ? '' : `window ${job.window + 1}, `;
  const critical =
    onCriticalPath === null
      ? 'no'
      : `yes, ${onCriticalPath.position} of ${counted(onCriticalPath.length, 'job')}`;
  return [
    { depth: 0, text: job.name, style: 'bold' },
    fact('id', job.id),
    fact(
      'when',
      `${dayAndTime(job.estimatedStart, zone)}, ${clock(job.estimatedStart, zone)} to ${clock(job.estimatedEnd, zone)}`,
    ),
    fact(
      'takes',
      `${duration(job.estimateMs)}, ${estimateWords(job)}; fails after ${duration(job.timeoutMs)}`,
    ),
    fact('where', `${window}wave ${job.wave}, server ${job.server}`),
    fact('critical', critical),
    fact(
      'spare',
      `${signed(spareMs)} until it moves the end of the plan, ${signed(slackMs)} until it moves the end out of its window`,
    ),
    ...extras(job).map((text) => fact('', text)),
    ...heldBy.map((text) => fact('held', localTimes(text, zone))),
  ];
}

function signed(ms: number): string {
  return `${ms < 0 ? '-' : ''}${duration(ms)}`;
}

const SHOWN = 12;

function links(title: string, all: readonly Link[], timezone: string): OutlineRow[] {
  if (all.length === 0) return [null, { depth: 0, text: 'Waits for no other job.', style: 'bold' }];
  const rows = all.slice(0, SHOWN).flatMap(({ name, end, because }): OutlineRow[] => [
    { depth: 1, text: `${name}, until ${clock(end, timezone)}` },
    { depth: 2, text: because, style: 'dim' },
  ]);
  const more = all.length - SHOWN;
  const rest: OutlineRow[] =
    more > 0 ? [{ depth: 1, text: `and ${counted(more, 'job')} that are done earlier` }] : [];
  return [null, { depth: 0, text: title, style: 'bold' }, ...rows, ...rest];
}

function chain({ job, chain: all }: JobExplanation, timezone: string): OutlineRow[] {
  if (all.length < 2) return [];
  const rows = all.flatMap(({ name, start, end, because }): OutlineRow[] => [
    { depth: 2, text: `because ${because}`, style: 'dim' },
    { depth: 1, text: `${clock(start, timezone)}-${clock(end, timezone)}  ${name}` },
  ]);
  const title = 'Why it starts when it does, back to where it begins:';
  const own = `${clock(job.estimatedStart, timezone)}-${clock(job.estimatedEnd, timezone)}  ${job.name}`;
  return [null, { depth: 0, text: title, style: 'bold' }, { depth: 1, text: own }, ...rows];
}

function holdsUp({ jobs }: Plan, { holdsUp: { directly, jobs: count } }: JobExplanation): OutlineRow[] {
  if (count === 0) return [null, { depth: 0, text: 'Nothing waits for it.', style: 'bold' }];
  const nameOf = new Map(jobs.map(({ id, name }) => [id, name]));
  const who = names(directly.map((id) => nameOf.get(id) ?? id));
  return [null, { depth: 0, text: `${counted(count, 'job')} wait for it, first ${who}.`, style: 'bold' }];
}
