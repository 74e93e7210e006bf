import { type Program } from '../program';
import { doctor } from './doctor';
import { isKindWord, kindWord } from './kinds';
import { packagesClean, patch } from './patch';
import { systemRunning, UNIT_WORDS } from './units';

const WORDS: Readonly<Record<string, Program>> = {
  ...UNIT_WORDS,
  '@patch': patch,
  '@packages-clean': packagesClean,
  '@dpkg-clean': packagesClean,
  '@system-running': systemRunning,
  '@doctor': doctor,
};

/** A word of the host program by its name, as `@patch`; undefined when the program has no such word. */
export function wordNamed(name: string): Program | undefined {
  if (Object.hasOwn(WORDS, name)) return WORDS[name];
  return isKindWord(name) ? kindWord(name) : undefined;
}

/** The programs that a word runs on a real host: a fault that is set for one of them strikes the word. */
export function programsOf([word, first, ...rest]: readonly string[]): readonly string[] {
  if (word === '@unit-stop') return ['systemctl stop'];
  if (word === '@unit-start') return ['systemctl start'];
  if (word !== '@patch') return [];
  const isByName = rest.some((option) => option.startsWith('only='));
  if (first === 'apt') return ['apt-get update', isByName ? 'apt-get install' : 'apt-get dist-upgrade'];
  return first === 'dnf' ? ['dnf upgrade'] : ['zypper update'];
}

const FAILURES: Readonly<Record<string, (subject: string) => string>> = {
  '@unit-stop': (unit) => `unit ${unit} could not be stopped: it is active`,
  '@unit-start': (unit) => `unit ${unit} could not be started: it is failed`,
  '@patch': () => 'the update is not complete: the package manager gave up half-way',
};

/** The sentence in which a word on a real host says that it could not do its work. */
export function failureOf([word = '', subject = '']: readonly string[]): string {
  const sentence = Object.hasOwn(FAILURES, word) ? FAILURES[word] : undefined;
  return sentence?.(subject) ?? `${word.slice(1).replaceAll('-', ' ')} was asked for and did not come about`;
}
