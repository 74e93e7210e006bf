import type { Fault } from '@patchtide/contracts';
import { type Document, LineCounter, type Node, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { type Loaded, MAX_DEPTH } from './loaded';
import { type Locate, segmentsOf } from './position';

const MAX_FAULTS = 200;
/** An alias may be used this often in one document; more is an attack or a mistake. */
const MAX_ALIASES = 10_000;
/** Values a document may stand for once every alias is written out. */
const MAX_VALUES = 2_000_000;

/** YAML 1.2 with text keys only and without own types; aliases are allowed within bounds. */
export function loadYaml(text: string, file: string): Loaded {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const wrong = [...document.errors, ...document.warnings];
    // The parser catches its own stack overflows, once for every level.
    if (wrong.some(({ message }) => message.startsWith('Maximum call stack')))
      throw new RangeError('too deep');
    if (wrong.length > 0) {
      return {
        ok: false,
        faults: wrong.slice(0, MAX_FAULTS).map(({ message, pos }) => syntaxFault(message, at(pos[0]))),
      };
    }
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    const excess = excessOf(value);
    if (excess) return { ok: false, faults: [{ path: '', ...excess, ...at(0) }] };
    return { ok: true, value, locate: locator(document, at) };
  } catch (error) {
    return { ok: false, faults: [{ path: '', ...limitFault(error), ...at(0) }] };
  }
}

function syntaxFault(message: string, position: object): Fault {
  const remedy = 'Correct the YAML at this place; indentation, quotes and brackets are the usual causes.';
  return { path: '', message: `is not valid YAML: ${message}`, remedy, ...position };
}

/** What the parser throws instead of reporting: a stack that ran out, or aliases beyond the bound. */
function limitFault(error: unknown): { message: string; remedy: string } {
  if (error instanceof RangeError) return tooDeep;
  if (error instanceof ReferenceError) return tooMany;
  throw error;
}

const tooDeep = { message: `is nested deeper than ${MAX_DEPTH} levels`, remedy: 'Flatten the document.' };
const tooMany = {
  message: `stands for more than ${MAX_VALUES} values once its aliases are written out`,
  remedy: 'Write the values out instead of nesting aliases.',
};

/** Counts values as a tree, aliases written out, and stops at the bounds. */
function excessOf(root: unknown): { message: string; remedy: string } | undefined {
  const waiting: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  let count = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    count += 1;
    if (count > MAX_VALUES) return tooMany;
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= MAX_DEPTH) return tooDeep;
    for (const value of Object.values(next.value)) waiting.push({ value, depth: next.depth + 1 });
  }
  return undefined;
}

function locator(document: Document, at: (offset: number) => ReturnType<Locate>): Locate {
  return (path) => {
    let node: unknown = document.contents;
    let offset = document.contents?.range?.[0] ?? 0;
    for (const segment of segmentsOf(path)) {
      const child = childOf(isAlias(node) ? node.resolve(document) : node, segment);
      if (!child) break;
      offset = child.offset;
      node = child.value;
    }
    return at(offset);
  };
}

/** A member is found at its key, which is where people look; an item at itself. */
function childOf(node: unknown, segment: string): { value: unknown; offset: number } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(segment)];
    return item === undefined ? undefined : { value: item, offset: startOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => (isScalar(key) ? key.value : key) === segment);
  return pair && { value: pair.value, offset: startOf(pair.key) };
}

function startOf(node: unknown): number {
  return (node as Node).range?.[0] ?? 0;
}
