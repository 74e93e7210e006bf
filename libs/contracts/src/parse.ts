import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Fault } from './fault';
import type { DocumentKind } from './schemas/schemas';
import { checkShape } from './shape';

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: Fault[] };

const MAX_DEPTH = 32;

/** Checks a payload against its class: unknown properties, wrong types and missing parts are all reported at once. */
export function parseAs<T extends object>(shape: new () => T, data: unknown): Parsed<T> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return { ok: false, faults: [{ path: '', message: 'is not an object', remedy: 'Send a JSON object.' }] };
  }
  const unsafe = unsafeParts(data);
  if (unsafe.length > 0) return { ok: false, faults: unsafe };
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

/**
 * What class-transformer would drop without a word or fall over: names that every object inherits, such as `constructor`
 * or `__proto__`, and nesting without end.
 */
function unsafeParts(data: object): Fault[] {
  const faults: Fault[] = [];
  const open: { value: object; path: string; depth: number }[] = [{ value: data, path: '', depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, depth } = next;
    if (depth === MAX_DEPTH) return [fault(path, 'is nested too deeply', `Use at most ${MAX_DEPTH} levels.`)];
    for (const [name, part] of Object.entries(value) as [string, unknown][]) {
      const at = `${path}/${name}`;
      if (name in Object.prototype) faults.push(fault(at, 'is a reserved name', 'Use another name.'));
      else if (typeof part === 'object' && part !== null)
        open.push({ value: part, path: at, depth: depth + 1 });
    }
  }
  return faults;
}

const remedies: Readonly<Record<string, string>> = {
  whitelistValidation: 'Remove it or correct its name.',
};

function faultsOf(error: ValidationError, parent: string): Fault[] {
  const path = `${parent}/${error.property}`;
  const { nestedValidation, ...rules } = error.constraints ?? {};
  const said = rules['isObject'] === undefined && nestedValidation ? { ...rules, nestedValidation } : rules;
  const own = Object.entries(said).flatMap(([rule, message]) =>
    rule === 'matchesSchema'
      ? documentFaults(error, path)
      : [fault(path, message, remedies[rule] ?? 'Correct the value.')],
  );
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
}

function documentFaults(error: ValidationError, path: string): Fault[] {
  const { kind } = error.contexts?.['matchesSchema'] as { kind: DocumentKind };
  return checkShape(kind, error.value).map((found) => ({ ...found, path: path + found.path }));
}

function fault(path: string, message: string, remedy: string): Fault {
  return { path, message, remedy };
}
