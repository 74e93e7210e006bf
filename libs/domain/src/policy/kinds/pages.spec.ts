import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHIPPED_KINDS } from './index';
import { type KindAttribute, PHASES, type ShippedKind } from './shipped-kind';

const REPOSITORY = join(__dirname, '..', '..', '..', '..', '..');
const PAGES = join(REPOSITORY, 'docs', 'kinds');
const HOST_PROGRAM = join(REPOSITORY, 'libs', 'connectors', 'host');
const kinds = Object.entries(SHIPPED_KINDS);

/** Columns may be as wide as a formatter likes. */
const narrow = (text: string) => text.replace(/ +\|/g, ' |').replace(/\| +/g, '| ').replace(/-{3,}/g, '---');
const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[]) =>
  [row(...head), row(...head.map(() => '---')), ...rows].join('\n');

function unitOf({ unit }: ShippedKind): string[] {
  if (unit === 'none') return [];
  const fallback = unit === 'required' ? 'must be given' : `\`${unit.default}\``;
  return [row('`unit` (of the component)', 'text', fallback, 'The systemd unit.')];
}

function attributeOf({ name, type, oneOf, maximum, optional, default: value, means }: KindAttribute): string {
  const bound = maximum === undefined ? '' : ` up to ${maximum}`;
  const values = oneOf === undefined ? `${type}${bound}` : oneOf.map((each) => `\`${each}\``).join(', ');
  return row(
    `\`${name}\``,
    values,
    value === undefined ? (optional ? 'none' : 'must be given') : `\`${value}\``,
    means,
  );
}

/** What each page has to show: the attributes, and the steps in the order in which they run. */
function tablesOf(kind: ShippedKind): string[] {
  const attributes = [...unitOf(kind), ...kind.attributes.map(attributeOf)];
  const steps = PHASES.flatMap((phase) =>
    (kind.phases[phase] ?? []).map((step) => {
      const words = 'command' in step ? step.command.join(' ') : JSON.stringify(step);
      return row(
        `\`${phase}\``,
        `\`${words}\``,
        step.timeout ?? '',
        step.when === undefined ? '' : `with \`${step.when}\``,
      );
    }),
  );
  return [
    ...(attributes.length === 0 ? [] : [table(['attribute', 'type', 'default', 'meaning'], attributes)]),
    ...(steps.length === 0 ? [] : [table(['phase', 'step', 'time', 'only'], steps)]),
  ];
}

it.each(kinds)('the page of %s shows its attributes and its steps as they are', (name, kind) => {
  const page = narrow(readFileSync(join(PAGES, `${name}.md`), 'utf8'));

  for (const expected of tablesOf(kind)) expect(page).toContain(narrow(expected));
});

it('has a page for each kind, none for anything else, and lists them all', () => {
  const pages = readdirSync(PAGES).filter((file) => file !== 'README.md');
  const overview = readFileSync(join(PAGES, 'README.md'), 'utf8');

  expect(pages.sort()).toEqual(kinds.map(([name]) => `${name}.md`).sort());
  for (const page of pages) expect(overview).toContain(`](${page})`);
});

it('uses only words that the program on the host has', () => {
  const program = readdirSync(HOST_PROGRAM)
    .map((file) => readFileSync(join(HOST_PROGRAM, file), 'utf8'))
    .join('\n');
  const steps = kinds.flatMap(([, kind]) => PHASES.flatMap((phase) => kind.phases[phase] ?? []));
  const words = new Set(steps.flatMap((step) => ('command' in step ? (step.command[0] ?? '') : [])));

  for (const word of words) expect(program).toContain(`\nword_${word.slice(1).replaceAll('-', '_')}() {`);
});
