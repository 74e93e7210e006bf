import type { HostFacts } from '@patchtide/connectors/remote-shell';
import type { Holds } from './holds';
import type { HostState } from './host-state';

export interface CommandEnd {
  readonly code: number;
  readonly output?: string;
  /** Written to stderr instead of stdout. */
  readonly error?: string;
  /** What a word of the host program states for the events. */
  readonly facts?: HostFacts;
}

/** A command about to run: what it writes on the way, and what it has done when it ends. */
export interface Command {
  /** Written one after the other while the command runs. */
  readonly progress?: readonly string[];
  /** Takes effect when the duration is over. */
  finish(): CommandEnd;
  /** Takes effect instead of `finish` when the command is killed. */
  abandon?(): void;
}

/** What programs may do to the host beyond its state. */
export interface Machine {
  readonly state: HostState;
  now(): number;
  readonly holds: Holds;
  /** Begins a shutdown and a boot. */
  reboot(): void;
  /** Runs a command later, under the name of a transient unit; a boot forgets it. */
  schedule(unit: string, delayMs: number, argv: readonly string[]): void;
}

/** One program by name; `args` are without the program itself. */
export type Program = (args: readonly string[], machine: Machine) => Command;

/** A command that has its result at once. */
export function ends(code: number, output = ''): Command {
  return { finish: () => ({ code, output }) };
}

/** A command that complains on stderr. */
export function complains(code: number, error: string): Command {
  return { finish: () => ({ code, error: `${error}\n` }) };
}

/** The words that are neither options nor values of the named options. */
export function operands(args: readonly string[], optionsWithValue: readonly string[] = []): string[] {
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') return [...words, ...args.slice(at + 1)];
    if (optionsWithValue.includes(word)) at++;
    else if (!word.startsWith('-') || word === '-') words.push(word);
  }
  return words;
}

/** The value of an option written as `-p X`, `-pX` or `--port=X`. */
export function optionValue(args: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [at, word] of args.entries()) {
    for (const name of names) {
      if (word === name) return args[at + 1];
      if (name.startsWith('--') && word.startsWith(`${name}=`)) return word.slice(name.length + 1);
      if (!name.startsWith('--') && word.startsWith(name)) return word.slice(name.length).replace(/^=/, '');
    }
  }
  return undefined;
}
