import type { Change, Fault, PlanFreeze, Policy, Window } from '@patchtide/contracts';
import { type Interval, overlaps, without } from '../calendar/intervals';
import { inZone } from '../calendar/zone';
import { inWords } from '../forecast/in-words';
import { toInstant, toMs } from '../instant';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { matches } from '../policy/match';
import { type Frozen, frozenTimes } from './freezes';

export interface WindowsInput {
  readonly change: Change;
  readonly policy: Policy;
  /** Servers that jobs run on, by the group that relations tie them into. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Asked for only where a freeze is not for everything. */
  readonly index: () => Pick<LandscapeIndex, 'servers' | 'onServer'>;
}

/** When a plan's jobs may begin. */
export interface PlanWindows {
  /**
   * The change's windows without freezes, in the order of their starts: a window that a freeze cuts has become several. What
   * a freeze of only some servers leaves of a window stands beside it, for the groups of these servers.
   */
  readonly windows: readonly Window[];
  readonly freezes: readonly PlanFreeze[];
  /** By group: positions of the windows in which it may run, in order. */
  readonly openTo: ReadonlyMap<string, readonly number[]>;
  readonly notes: readonly string[];
  readonly faults: readonly Fault[];
}

/** Every one is looked at for every job. */
const MOST_FREEZES = 500;

type Piece = Interval & { readonly timezone: string };

/**
 * Works out when each group may run. A freeze is for the servers that it matches and for all that relations tie to them: what
 * must go down and up together has one time in which nothing of it starts.
 */
export function planWindows(input: WindowsInput): PlanWindows {
  const { change, policy, groups } = input;
  const asked = [change.window, ...(change.windows ?? [])].map(pieceOf);
  const within = {
    startMs: Math.min(...asked.map(({ startMs }) => startMs)),
    endMs: Math.max(...asked.map(({ endMs }) => endMs)),
  };
  const frozen = frozenTimes(policy, within, change.window.timezone);
  const near = frozen.times.filter((time) => asked.some((piece) => overlaps(piece, time)));
  const touching = near.slice(0, MOST_FREEZES).map((time) => ({ time, groups: groupsOf(time, input) }));
  const open = new OpenPieces(asked, touching);
  const byGroup = new Map([...groups.keys()].map((group) => [group, open.piecesFor(group)]));
  const pieces = ordered(byGroup.size === 0 ? open.piecesFor(null) : [...byGroup.values()].flat());
  const position = new Map(pieces.map((piece, i) => [keyOf(piece), i]));
  return {
    windows: pieces.map((piece) => windowOf(piece, change)),
    freezes: touching.map(({ time, groups: of }) => planFreeze(time, of, groups)),
    openTo: new Map(
      [...byGroup].map(([group, its]) => [group, its.map((piece) => position.get(keyOf(piece)) ?? 0)]),
    ),
    notes: touching.map(({ time, groups: of }) => noteOf(time, of, input)),
    faults: [...frozen.faults, ...tooManyFaults(near), ...closedFaults(byGroup, touching, input)],
  };
}

type Touching = { readonly time: Frozen; readonly groups: ReadonlySet<string> | null };

/** What freezes leave of the windows asked for. Groups with the same freezes have the same, worked out once. */
class OpenPieces {
  private readonly known = new Map<string, readonly Piece[]>();

  constructor(
    private readonly asked: readonly Piece[],
    private readonly touching: readonly Touching[],
  ) {}

  /** For a group; null: for what no freeze is for in particular. */
  piecesFor(group: string | null): readonly Piece[] {
    const holds = this.touching.flatMap(({ groups }, i) =>
      groups === null || (group !== null && groups.has(group)) ? [i] : [],
    );
    const key = holds.join();
    const known = this.known.get(key);
    if (known) return known;
    const times = holds.flatMap((i) => this.touching[i]?.time ?? []);
    const pieces = this.asked.flatMap((piece) =>
      without(piece, times).map((left) => ({ ...left, timezone: piece.timezone })),
    );
    this.known.set(key, pieces);
    return pieces;
  }
}

/** Groups that a freeze is for; null: all of them, also those of other plans. */
function groupsOf({ match }: Frozen, { groups, index }: WindowsInput): ReadonlySet<string> | null {
  if (match === undefined) return null;
  const { servers, onServer } = index();
  const isMatched = (id: string): boolean => {
    const server = servers.get(id);
    return server !== undefined && matches(match, server, onServer.get(id) ?? []);
  };
  return new Set([...groups].filter(([, ids]) => ids.some(isMatched)).map(([group]) => group));
}

function planFreeze(time: Frozen, of: Touching['groups'], groups: WindowsInput['groups']): PlanFreeze {
  const servers = of === null ? null : [...of].flatMap((group) => groups.get(group) ?? []).sort();
  return { name: time.name, start: toInstant(time.startMs), end: toInstant(time.endMs), servers };
}

function noteOf(time: Frozen, of: Touching['groups'], { change, groups }: WindowsInput): string {
  const asked = [change.window, ...(change.windows ?? [])].map(pieceOf);
  const takenMs = asked.reduce((sum, piece) => {
    return sum + Math.max(0, Math.min(piece.endMs, time.endMs) - Math.max(piece.startMs, time.startMs));
  }, 0);
  const count = of === null ? null : [...of].flatMap((group) => groups.get(group) ?? []).length;
  const whose = count === null ? '' : ` for ${count} ${count === 1 ? 'server' : 'servers'}`;
  const span = `${inZone(time.startMs, change.window.timezone)} to ${inZone(time.endMs, change.window.timezone)}`;
  return `freeze ${time.name} (${span}) takes ${inWords(takenMs)} of the windows${whose}`;
}

function tooManyFaults(near: readonly Frozen[]): Fault[] {
  if (near.length <= MOST_FREEZES) return [];
  return [
    {
      path: '/freezes',
      message: `freezes hold ${near.length} times within the windows of the change; at most ${MOST_FREEZES} are planned around`,
      remedy: 'Give the freezes longer times that come back less often, or the change shorter windows.',
    },
  ];
}

/** Groups to which freezes leave nothing at all. */
function closedFaults(
  byGroup: ReadonlyMap<string, readonly Piece[]>,
  touching: readonly Touching[],
  { groups, index }: WindowsInput,
): Fault[] {
  const closed = [...byGroup].filter(([, pieces]) => pieces.length === 0).map(([group]) => group);
  if (closed.length === 0) return [];
  const names = new Set(
    touching
      .filter(({ groups: of }) => of === null || closed.some((group) => of.has(group)))
      .map(({ time }) => time.name),
  );
  const what =
    names.size === 1 ? `freeze ${[...names].join()} covers` : `freezes ${[...names].join(', ')} cover`;
  const remedy =
    'Move the window to a time that is not frozen, or ask who answers for the freeze to change it in the policy.';
  if (closed.length === byGroup.size) {
    return [{ path: '/window', message: `${what} every window of the change`, remedy }];
  }
  const { onServer } = index();
  const servers = closed.flatMap((group) => groups.get(group) ?? []);
  const applications = servers.flatMap((id) =>
    (onServer.get(id) ?? []).map(({ application }) => application),
  );
  const whose = [...new Set(applications.length > 0 ? applications : servers)].sort();
  const shown = `${whose.slice(0, 5).join(', ')}${whose.length > 5 ? ` and ${whose.length - 5} more` : ''}`;
  return [
    {
      path: '/window',
      message: `${what} every window of the change for ${shown}`,
      remedy: `${remedy.slice(0, -1)}, or take ${whose.length === 1 ? 'it' : 'them'} out of the scope.`,
    },
  ];
}

function pieceOf({ start, end, timezone }: Window): Piece {
  return { startMs: toMs(start), endMs: toMs(end), timezone };
}

/** A window as the change has it, or what is left of one. */
function windowOf({ startMs, endMs, timezone }: Piece, change: Change): Window {
  const asked = [change.window, ...(change.windows ?? [])];
  const start = asked.find((window) => toMs(window.start) === startMs)?.start ?? inZone(startMs, timezone);
  const end = asked.find((window) => toMs(window.end) === endMs)?.end ?? inZone(endMs, timezone);
  return { start, end, timezone };
}

function keyOf({ startMs, endMs }: Interval): string {
  return `${startMs}-${endMs}`;
}

function ordered(pieces: readonly Piece[]): Piece[] {
  const distinct = new Map(pieces.map((piece) => [keyOf(piece), piece]));
  return [...distinct.values()].sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}
