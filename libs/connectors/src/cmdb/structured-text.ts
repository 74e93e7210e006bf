import { loadJson } from './json-text';
import type { Loaded } from './loaded';
import { loadYaml } from './yaml-text';

/** Parses JSON or YAML; the syntax's faults come with line and column, all that the parser can tell at once. */
export function loadStructured(text: string, file: string, format: 'json' | 'yaml'): Loaded {
  if (text.trim() === '') {
    const remedy = 'Fill it, or name another file.';
    return { ok: false, faults: [{ path: '', message: 'is empty', remedy, file, line: 1, column: 1 }] };
  }
  return format === 'json' ? loadJson(text, file) : loadYaml(text, file);
}
