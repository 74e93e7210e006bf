import type { Executor } from './plan';

/** Where messages travel. Everything that publishes or consumes takes its subjects from here. */
export const subjects = {
  changesApproved: 'patchtide.changes.approved',
  conditionsPublished: 'patchtide.conditions.published',
  campaignCommands: 'patchtide.commands.campaign',
  landscapeCommands: 'patchtide.commands.landscape',
  /** Stream names may hold dots and tildes; one subject token may not. The stream `*` alone means every stream. */
  event: (category: string, stream: string, type: string) => {
    const token = stream === '*' ? stream : stream.replace(/[^A-Za-z0-9_-]/g, '_');
    return `patchtide.events.${category}.${token}.${type}`;
  },
  reports: (campaign: string) => `patchtide.reports.${campaign}`,
  work: (executor: Exclude<Executor, 'person'>, zone: string) => `patchtide.work.${executor}.${zone}`,
  dead: (stream: string) => `patchtide.dead.${stream}`,
} as const;

/** CloudEvents type of an inbound approved change. */
export const CHANGE_APPROVED = 'change.approved';
/** CloudEvents types of inbound conditions of the business: it holds, and it does not hold any more. */
export const CONDITION_MET = 'condition.met';
export const CONDITION_WITHDRAWN = 'condition.withdrawn';
/** Zone of executors that serve every zone. */
export const ALL_ZONES = 'all';

export const streamOf = {
  campaign: (id: string) => `campaign-${id}`,
  landscape: (id: string) => `landscape-${id}`,
  plan: (id: string) => `plan-${id}`,
  suppression: (id: string) => `suppression-${id}`,
  incident: (id: string) => `incident-${token(id)}`,
  condition: (name: string) => `condition-${token(name)}`,
} as const;
/** The stream in which landscapes handed in by hand are recorded; no campaign id starts with an underscore. */
export const CURRENT_LANDSCAPE_STREAM = 'landscape-_current';

/** Ids of incidents and names of conditions hold characters that a stream name may not: each becomes an underscore and its code. */
function token(id: string): string {
  return id.replace(/[^A-Za-z0-9-]/g, (c) => `_${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
