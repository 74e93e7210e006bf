import type { Fault } from './fault';

/** Beyond this many faults nobody reads on, and beyond this many characters they would not fit an event. */
const MAX_FAULTS = 500;
const MAX_CHARACTERS = 300_000;
const MAX_PATH = 500;
const MAX_TEXT = 1_000;

/** Faults as an event or a reply can carry them: long texts shortened, and a last entry that counts what is left out. */
export function eventFaults(faults: readonly Fault[]): Fault[] {
  const fitting: Fault[] = [];
  let characters = 0;
  for (const fault of faults.slice(0, MAX_FAULTS).map(shortened)) {
    characters += JSON.stringify(fault).length;
    if (characters > MAX_CHARACTERS) break;
    fitting.push(fault);
  }
  const rest = faults.length - fitting.length;
  return rest === 0 ? fitting : [...fitting, more(rest)];
}

function shortened({ path, message, remedy, file, ...place }: Fault): Fault {
  const texts = { path: cut(path, MAX_PATH), message: cut(message, MAX_TEXT), remedy: cut(remedy, MAX_TEXT) };
  return { ...texts, ...(file === undefined ? {} : { file: cut(file, MAX_PATH) }), ...place };
}

function more(count: number): Fault {
  return {
    path: '',
    message: `has ${count} more fault(s)`,
    remedy: 'Correct those above first, and look again.',
  };
}

/** By code units, but never through the middle of a character. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
