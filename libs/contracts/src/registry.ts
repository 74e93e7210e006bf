import * as commandClasses from './commands';
import * as campaignEvents from './events/campaign-events';
import * as jobEvents from './events/job-events';
import * as others from './events/other-events';
import { parseAs, type Parsed } from './parse';
import { AttemptAlive, AttemptFinished, AttemptStarted, WorkOrder } from './work';

type Shapes = Readonly<Record<string, new () => object>>;

/** `{ type: 'JobStarted'; data: JobStarted } | …` of a table of payload classes. */
export type UnionOf<T extends Record<string, new () => object>> = {
  [K in keyof T & string]: { readonly type: K; readonly data: InstanceType<T[K]> };
}[keyof T & string];

/** Every event by the category of its stream: the one list that code, documents and subjects are held against. */
export const events = {
  campaign: { ...campaignEvents, ...jobEvents },
  landscape: {
    LandscapeImported: others.LandscapeImported,
    LandscapeCaptured: others.LandscapeCaptured,
    LandscapeRejected: others.LandscapeRejected,
  },
  plan: { PlanGenerated: others.PlanGenerated, PlanRejected: others.PlanRejected },
  suppression: {
    SuppressionIntended: others.SuppressionIntended,
    SuppressionTaken: others.SuppressionTaken,
    SuppressionLifted: others.SuppressionLifted,
  },
  incident: {
    IncidentReported: others.IncidentReported,
    IncidentAcknowledged: others.IncidentAcknowledged,
    IncidentClosed: others.IncidentClosed,
  },
  condition: { ConditionReported: others.ConditionReported },
} as const;

export type EventCategory = keyof typeof events;
export type CampaignEvent = UnionOf<(typeof events)['campaign']>;
export type LandscapeEvent = UnionOf<(typeof events)['landscape']>;
export type PlanEvent = UnionOf<(typeof events)['plan']>;
export type SuppressionEvent = UnionOf<(typeof events)['suppression']>;
export type ConditionEvent = UnionOf<(typeof events)['condition']>;
export type IncidentEvent = UnionOf<(typeof events)['incident']>;

/** Present schema version of every event type. A type gets a higher number when its meaning changes, never silently. */
export const EVENT_VERSION = 1;

export const commands = {
  SubmitChange: commandClasses.SubmitChange,
  ApproveCampaign: commandClasses.ApproveCampaign,
  ControlCampaign: commandClasses.ControlCampaign,
  ControlJob: commandClasses.ControlJob,
  ControlCondition: commandClasses.ControlCondition,
  ImportLandscape: commandClasses.ImportLandscape,
} as const;
export type Command = UnionOf<typeof commands>;

export const messages = { WorkOrder, AttemptStarted, AttemptAlive, AttemptFinished } as const;

/** Checks an event of a category strictly; an unknown type or property is a fault. */
export function parseEvent<C extends EventCategory>(
  category: C,
  type: string,
  data: unknown,
): Parsed<UnionOf<(typeof events)[C]>> {
  const table: Shapes = Object.hasOwn(events, category) ? events[category] : {};
  const checked = parseIn(table, type, data);
  return checked.ok
    ? { ok: true, value: { type, data: checked.value } as UnionOf<(typeof events)[C]> }
    : checked;
}

export function parseCommand(type: string, data: unknown): Parsed<Command> {
  const checked = parseIn(commands, type, data);
  return checked.ok ? { ok: true, value: { type, data: checked.value } as Command } : checked;
}

/** Types come from outside: only a name that is the table's own finds a class, so `constructor` finds none. */
function parseIn(table: Shapes, type: unknown, data: unknown): Parsed<object> {
  const shape = typeof type === 'string' && Object.hasOwn(table, type) ? table[type] : undefined;
  if (shape) return parseAs(shape, data);
  const remedy = `Known types: ${Object.keys(table).join(', ') || 'none'}.`;
  const shown = (JSON.stringify(type) ?? 'nothing').slice(0, 80);
  return { ok: false, faults: [{ path: '/type', message: `${shown} is not a known type`, remedy }] };
}
