import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import * as commandClasses from './commands';
import * as campaignEvents from './events/campaign-events';
import * as others from './events/other-events';
import type { Fault } from './fault';
import { AttemptAlive, AttemptFinished, AttemptStarted, WorkOrder } from './work';

type Shapes = Readonly<Record<string, new () => object>>;

/** `{ type: 'JobStarted'; data: JobStarted } | …` of a table of payload classes. */
export type UnionOf<T extends Record<string, new () => object>> = {
  [K in keyof T & string]: { readonly type: K; readonly data: InstanceType<T[K]> };
}[keyof T & string];

/** Every event by the category of its stream: the one list that code, documents and subjects are held against. */
export const events = {
  campaign: { ...campaignEvents },
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
} as const;

export type EventCategory = keyof typeof events;
export type CampaignEvent = UnionOf<(typeof events)['campaign']>;
export type LandscapeEvent = UnionOf<(typeof events)['landscape']>;
export type PlanEvent = UnionOf<(typeof events)['plan']>;
export type SuppressionEvent = UnionOf<(typeof events)['suppression']>;
export type IncidentEvent = UnionOf<(typeof events)['incident']>;

/** Present schema version of every event type. A type gets a higher number when its meaning changes, never silently. */
export const EVENT_VERSION = 1;

export const commands = {
  SubmitChange: commandClasses.SubmitChange,
  ApproveCampaign: commandClasses.ApproveCampaign,
  ControlCampaign: commandClasses.ControlCampaign,
  ControlJob: commandClasses.ControlJob,
  ImportLandscape: commandClasses.ImportLandscape,
} as const;
export type Command = UnionOf<typeof commands>;

export const messages = { WorkOrder, AttemptStarted, AttemptAlive, AttemptFinished } as const;

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: Fault[] };

/** Checks an event of a category strictly; an unknown type or property is a fault. */
export function parseEvent<C extends EventCategory>(
  category: C,
  type: string,
  data: unknown,
): Parsed<UnionOf<(typeof events)[C]>> {
  const checked = parseIn(events[category] as Shapes, type, data);
  return checked.ok
    ? { ok: true, value: { type, data: checked.value } as UnionOf<(typeof events)[C]> }
    : checked;
}

export function parseCommand(type: string, data: unknown): Parsed<Command> {
  const checked = parseIn(commands, type, data);
  return checked.ok ? { ok: true, value: { type, data: checked.value } as Command } : checked;
}

/** Checks a payload against its class: unknown properties, wrong types and missing parts are all reported at once. */
export function parseAs<T extends object>(shape: new () => T, data: unknown): Parsed<T> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return { ok: false, faults: [{ path: '', message: 'is not an object', remedy: 'Send a JSON object.' }] };
  }
  const instance = plainToInstance(shape, data);
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  return errors.length === 0
    ? { ok: true, value: instance }
    : { ok: false, faults: errors.flatMap((e) => faultsOf(e, '')) };
}

function parseIn(table: Shapes, type: string, data: unknown): Parsed<object> {
  const shape = Object.hasOwn(table, type) ? table[type] : undefined;
  if (shape) return parseAs(shape, data);
  const remedy = `Known types: ${Object.keys(table).join(', ')}.`;
  return {
    ok: false,
    faults: [{ path: '/type', message: `"${type.slice(0, 80)}" is not a known type`, remedy }],
  };
}

function faultsOf(error: ValidationError, parent: string): Fault[] {
  const path = `${parent}/${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({
    path,
    message,
    remedy: 'Correct the value.',
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
}
