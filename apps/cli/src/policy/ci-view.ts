import type { CiExplanation, CiSetting } from '@patchtide/domain';
import type { Look } from '../output';
import { outline, type OutlineRow } from '../terminal/outline';

/** What a policy says about a CI, for people: each value with the rule that gives it. */
export function ciView({ ci, name, type, what, sections, exceptions }: CiExplanation, look: Look): string {
  return outline(
    [
      { depth: 0, text: `${type} ${ci}${name === ci ? '' : ` (${name})`}`, style: 'bold' },
      { depth: 1, text: what },
      ...sections.flatMap(({ title, settings }) => section(title, settings)),
      ...(exceptions.length === 0
        ? [null, { depth: 0, text: 'No exception is for it: everything is as the standard has it.' }]
        : section('Exceptions that are for it', exceptions)),
    ],
    look,
  );
}

function section(title: string, settings: readonly CiSetting[]): OutlineRow[] {
  const rows = settings.map(({ name, value, from, place }): OutlineRow => ({
    depth: 1,
    text: `${name}: ${value} [${from}${place === null ? '' : ` ${place}`}]`,
  }));
  return [null, { depth: 0, text: title, style: 'bold' }, ...rows];
}
