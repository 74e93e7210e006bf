import { type Change, checkShape, type Fault, isInstant, type WindowRule } from '@patchtide/contracts';
import { checkChange, resolveWindow } from '@patchtide/domain';
import { type Prepared, type Read, readDocument } from './read-document';

/** A change from a file; a window may be a rule there, of which the next one after `at` is taken. */
export function readChange(file: string, at: string): Promise<Read<Change>> {
  return readDocument<Change>(file, 'change', {
    examine: (change) => checkChange(change, at),
    prepare: (value) => withWindows(value, at),
  });
}

/** Puts windows in the place of their rules, each after the one before it. */
function withWindows(value: unknown, at: string): Prepared {
  if (!isRecord(value)) return { value, faults: [] };
  const { window, windows } = value;
  const further = Array.isArray(windows) ? (windows as unknown[]) : [];
  const faults: Fault[] = [];
  let from = at;
  const resolved = [window, ...further].map((given, i) => {
    const { value: one, faults: found } = isRule(given) ? resolve(given, from) : { value: given, faults: [] };
    const path = i === 0 ? '/window' : `/windows/${i - 1}`;
    faults.push(...found.map((fault) => ({ ...fault, path: `${path}${fault.path}` })));
    if (isRecord(one) && typeof one['end'] === 'string' && isInstant(one['end'])) from = one['end'];
    return one;
  });
  const [first, ...others] = resolved;
  return {
    value: {
      ...value,
      ...('window' in value ? { window: first } : {}),
      ...(Array.isArray(windows) ? { windows: others } : {}),
    },
    faults,
  };
}

function resolve(given: object, from: string): Prepared {
  const shape = checkShape('window-rule', given);
  if (shape.length > 0) return { value: given, faults: shape };
  const resolved = resolveWindow(given as WindowRule, from);
  return resolved.ok ? { value: resolved.window, faults: [] } : { value: given, faults: resolved.faults };
}

function isRule(value: unknown): value is object {
  return isRecord(value) && 'rule' in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
