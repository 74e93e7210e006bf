/**
 * RFC 8785 canonical JSON: keys sorted by UTF-16 code units, numbers as ECMAScript prints them, no white space. One
 * value has one text, so Postgres and Node hash the same bytes. It departs from the RFC in one point: lone surrogates
 * are written as escapes instead of being refused, because hosts do print them and evidence must not lose them.
 */

const MAX_DEPTH = 200;

/** A value that has no faithful JSON text; `path` is a JSON Pointer to it. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';

  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path === '' ? 'the value' : path} ${reason}`);
  }
}

/**
 * The canonical text of plain data. Throws {@link NotCanonical} for whatever JSON would drop or change: undefined,
 * NaN, Infinity, unsafe integers, BigInt, Date, Map, Set, functions, symbols, `toJSON`, cycles. NUL and lone
 * surrogates come out as ASCII escapes, which a Postgres text column accepts.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

function write(value: unknown, path: (string | number)[]): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return writeNumber(value, path);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : writeContainer(value, path);
    default:
      throw refusal(path, `is of type ${typeof value}, which JSON does not have`);
  }
}

function writeNumber(value: number, path: (string | number)[]): string {
  if (!Number.isFinite(value)) throw refusal(path, `is ${value}, which JSON does not have`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw refusal(path, `is the integer ${value}, beyond 2^53: carry it as a string`);
  }
  return JSON.stringify(value);
}

function writeContainer(value: object, path: (string | number)[]): string {
  if (path.length >= MAX_DEPTH)
    throw refusal(path, `is nested deeper than ${MAX_DEPTH} levels or contains itself`);
  if (Array.isArray(value)) return writeArray(value, path);
  const tag = Object.prototype.toString.call(value);
  if (tag !== '[object Object]') throw refusal(path, `is a ${tag.slice(8, -1)}, not plain data`);
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    throw refusal(path, 'has a toJSON method, so what it says is not what it holds');
  }
  return writeObject(value as Record<string, unknown>, path);
}

function writeArray(value: readonly unknown[], path: (string | number)[]): string {
  let text = '[';
  for (let index = 0; index < value.length; index += 1) {
    path.push(index);
    text += (index === 0 ? '' : ',') + write(value[index], path);
    path.pop();
  }
  return text + ']';
}

function writeObject(value: Record<string, unknown>, path: (string | number)[]): string {
  let text = '{';
  // The default order of sort() is that of UTF-16 code units, as the RFC asks.
  for (const key of Object.keys(value).sort()) {
    path.push(key);
    text += (text === '{' ? '' : ',') + JSON.stringify(key) + ':' + write(value[key], path);
    path.pop();
  }
  return text + '}';
}

function refusal(path: readonly (string | number)[], reason: string): NotCanonical {
  const pointer = path.map((step) => '/' + String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('');
  return new NotCanonical(pointer, reason);
}
