import type { Fault } from '@patchtide/contracts';
import { lintJson } from './json-lint';
import { findJsonMistake } from './json-mistake';
import { endOfString, endOfValue, skipSpace } from './json-scan';
import type { Loaded } from './loaded';
import { type Locate, escaped, lineIndex, segmentsOf } from './position';

/**
 * JSON by the platform's parser, which is fast but forgets where things stood and lets duplicate keys win silently.
 * One pass over the text afterwards finds those; places are looked up only when somebody asks.
 */
export function loadJson(text: string, file: string): Loaded {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    // JSON.parse throws nothing but syntax errors.
    return { ok: false, faults: [syntaxFault(text, file)] };
  }
  const faults = lintJson(text, file);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value, locate: locator(text, file) };
}

function syntaxFault(text: string, file: string): Fault {
  const { offset, message } = findJsonMistake(text);
  return {
    path: '',
    message: `is not valid JSON: ${message}`,
    remedy: 'Correct the text at this place; often a comma, a quote or a bracket is missing just before it.',
    file,
    ...lineIndex(text)(offset),
  };
}

/** Keeps, per container that was asked for, where its children begin. */
function locator(text: string, file: string): Locate {
  const containers = new Map<string, Map<string, number>>();
  const lineAt = lineIndex(text);
  const childrenOf = (path: string, offset: number) => {
    const known = containers.get(path) ?? children(text, offset);
    containers.set(path, known);
    return known;
  };
  return (path) => {
    let offset = skipSpace(text, 0);
    let value = offset;
    let parent = '';
    for (const segment of segmentsOf(path)) {
      const child = childrenOf(parent, value).get(segment);
      if (child === undefined) break;
      offset = child;
      value = valueAt(text, child);
      parent = `${parent}/${escaped(segment)}`;
    }
    return { file, ...lineAt(offset) };
  };
}

/** Where each member (at its key) or item of the container at `offset` begins; empty for other values. */
function children(text: string, offset: number): Map<string, number> {
  const found = new Map<string, number>();
  const isObject = text[offset] === '{';
  if (!isObject && text[offset] !== '[') return found;
  let at = skipSpace(text, offset + 1);
  for (let index = 0; text[at] !== '}' && text[at] !== ']' && at < text.length; index += 1) {
    found.set(isObject ? (JSON.parse(text.slice(at, endOfString(text, at))) as string) : String(index), at);
    at = skipSpace(text, endOfValue(text, isObject ? valueAt(text, at) : at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

/** From a member's key to its value; an item is its own value. */
function valueAt(text: string, offset: number): number {
  if (text[offset] !== '"') return offset;
  const end = skipSpace(text, endOfString(text, offset));
  return text[end] === ':' ? skipSpace(text, end + 1) : offset;
}
