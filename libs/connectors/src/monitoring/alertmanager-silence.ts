import { CallFailed } from './call';

export interface Matcher {
  name: string;
  value: string;
  isRegex: boolean;
  isEqual: boolean;
}

export interface Silence {
  id: string;
  state: 'active' | 'pending' | 'expired';
  startsAt: string;
  endsAt: string;
  comment: string;
  matchers: readonly Matcher[];
}

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Turns a monitor's ref into matchers: every entry is a label and the exact value it must have. Equality only,
 * because a regular expression from a CMDB could silence the whole site. Throws CallFailed for an unusable ref.
 */
export function matchersOf(ref: Readonly<Record<string, unknown>>): Matcher[] {
  const entries = Object.entries(ref).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) throw badRef('it has no labels, and would silence everything');
  return entries.map(([name, value]) => {
    if (!LABEL.test(name)) throw badRef(`${JSON.stringify(name)} is not a label name`);
    if (typeof value !== 'string' || value === '') {
      throw badRef(
        `label ${name} needs a text that is not empty; an empty one matches whatever lacks the label`,
      );
    }
    return { name, value, isRegex: false, isEqual: true };
  });
}

/** Reads the answer of `GET /api/v2/silences`; throws CallFailed when it has another shape. */
export function silencesOf(json: unknown): Silence[] {
  if (!Array.isArray(json)) throw unexpected('a list of silences was expected');
  return json.map(silenceOf);
}

/** True when both lists match the same alerts, whatever their order. */
export function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  const text = (list: readonly Matcher[]) =>
    JSON.stringify(list.map((m) => [m.name, m.value, m.isRegex, m.isEqual]).sort());
  return text(a) === text(b);
}

/** A `filter` parameter that narrows a listing to silences that carry this matcher. */
export function filterOf(matcher: Matcher): string {
  const value = matcher.value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
  return `${matcher.name}="${value}"`;
}

const STATES = ['active', 'pending', 'expired'] as const;

function silenceOf(json: unknown): Silence {
  const { id, startsAt, endsAt, comment, matchers, status } = record(json);
  const state = STATES.find((known) => known === record(status).state);
  if (state === undefined || !Array.isArray(matchers))
    throw unexpected('a silence lacks its state or matchers');
  return {
    id: text(id),
    state,
    startsAt: text(startsAt),
    endsAt: text(endsAt),
    comment: text(comment),
    matchers: matchers.map(matcherOf),
  };
}

function matcherOf(json: unknown): Matcher {
  const { name, value, isRegex, isEqual } = record(json);
  // isEqual is younger than the API; without it equality is meant.
  return { name: text(name), value: text(value), isRegex: isRegex === true, isEqual: isEqual !== false };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw unexpected('a silence is not an object');
  return value as Record<string, unknown>;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw unexpected('a silence has a field that is not text');
  return value;
}

function unexpected(what: string): CallFailed {
  return new CallFailed('unexpected-answer', `Alertmanager answered in an unknown shape: ${what}`, {
    retryable: false,
  });
}

function badRef(why: string): CallFailed {
  return new CallFailed('bad-reference', `The monitor's ref cannot be used: ${why}`, { retryable: false });
}
