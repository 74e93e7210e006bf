import type { CampaignEvent } from '@patchtide/contracts';
import { toMs } from '../instant';
import { Rejected } from '../rejected';
import type { CampaignCommand } from './commands';
import type { Campaign, ConditionState, Execution } from './state';

type Stated = Extract<CampaignCommand, { type: 'StateCondition' }>;
type Reported = Extract<CampaignCommand, { type: 'RecordCondition' }>;
type Word = Extract<CampaignEvent, { type: 'ConditionMet' | 'ConditionWithdrawn' }>;

/** A condition that jobs of the plan wait for, as it stands at one moment. */
export interface ConditionView {
  readonly name: string;
  readonly isMet: boolean;
  /** Null before anybody has said anything. */
  readonly word: ConditionState | null;
  /** Jobs that wait for it and have not begun. */
  readonly waiting: number;
}

/** A person's word on a condition that jobs of the plan wait for. Nothing when it stands already. */
export function stateCondition(campaign: Campaign, { type, ...word }: Stated): CampaignEvent[] {
  const execution = planned(campaign);
  refuseUnknown(execution, word.condition);
  if (word.until !== undefined && toMs(word.until) <= toMs(word.at)) {
    const message = `it is ${word.at}, and ${word.condition} would hold until ${word.until}`;
    throw new Rejected('condition-over', message, 'Name a later moment, or none.');
  }
  return isSaid(execution.conditions.get(word.condition), word) ? [] : [wordEvent(word)];
}

function refuseUnknown(execution: Execution, condition: string): void {
  const known = conditionNames(execution);
  if (known.includes(condition)) return;
  const message = `no job of the plan waits for "${condition}"`;
  const next = known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'The plan has no business gates.';
  throw new Rejected('unknown-condition', message, next);
}

/** What nobody has published is as good as withdrawn. */
function isSaid(before: ConditionState | undefined, { met, until }: Omit<Stated, 'type'>): boolean {
  return met ? before?.met === true && before.until === (until ?? null) : before?.met !== true;
}

/** What was published outside; nothing when it has been taken into account, or concerns no job. */
export function recordCondition({ execution, status }: Campaign, command: Reported): CampaignEvent[] {
  if (!execution || status === 'closed') return [];
  const { type, ...word } = command;
  if (word.publication <= (execution.conditions.get(word.condition)?.publication ?? 0)) return [];
  return conditionNames(execution).includes(word.condition) ? [wordEvent({ ...word, reason: '' })] : [];
}

export function evolveCondition(execution: Execution, { type, data }: Word): void {
  const { condition, by, reason, at } = data;
  execution.conditions.set(condition, {
    met: type === 'ConditionMet',
    until: ('until' in data ? data.until : undefined) ?? null,
    by,
    reason,
    at,
    publication: data.publication ?? execution.conditions.get(condition)?.publication ?? 0,
  });
}

/** Why a job may not start although its turn has come; null when everything that it waits for holds at this moment. */
export function unmetCondition(execution: Execution, names: readonly string[], at: string): string | null {
  const unmet = names.find((name) => !isMet(execution.conditions.get(name), at));
  return unmet === undefined ? null : `it waits for ${unmetBecause(unmet, execution.conditions.get(unmet))}`;
}

/** A condition that does not hold, and why not. */
export function unmetBecause(name: string, word: ConditionState | null | undefined): string {
  if (!word) return `${name}, which nobody has published`;
  if (word.met) return `${name}, which held until ${word.until}`;
  return `${name}, which ${word.by} has withdrawn${word.reason === '' ? '' : `: ${word.reason}`}`;
}

/** Every condition that jobs of the plan wait for, in the order of names. */
export function conditionsOf(execution: Execution, at: string): ConditionView[] {
  const waiting = new Map<string, number>();
  for (const { plan, status } of execution.jobs.values()) {
    for (const name of plan.gates) waiting.set(name, (waiting.get(name) ?? 0) + Number(status === 'waiting'));
  }
  return [...waiting].sort(byName).map(([name, jobs]) => {
    const word = execution.conditions.get(name) ?? null;
    return { name, isMet: isMet(word, at), word, waiting: jobs };
  });
}

/** Names of the conditions that jobs of the plan wait for, sorted. */
export function conditionNames({ plan }: Pick<Execution, 'plan'>): readonly string[] {
  return [...new Set(plan.jobs.flatMap((job) => job.gates))].sort();
}

function isMet(word: ConditionState | null | undefined, at: string): boolean {
  return word?.met === true && (word.until === null || toMs(at) < toMs(word.until));
}

function wordEvent({ met, until, ...word }: Word['data'] & { met: boolean; until?: string }): CampaignEvent {
  if (!met) return { type: 'ConditionWithdrawn', data: word };
  return { type: 'ConditionMet', data: { ...word, ...(until === undefined ? {} : { until }) } };
}

function planned({ execution, status }: Campaign): Execution {
  if (execution && status !== 'closed') return execution;
  const message = `the campaign is ${status}, and no job of it waits for anything`;
  const next = status === 'closed' ? 'Submit a new change.' : 'Wait for its plan.';
  throw new Rejected('wrong-status', message, next);
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : Number(a > b);
}
