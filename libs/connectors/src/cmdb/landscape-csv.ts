import type { Fault } from '@patchtide/contracts';
import { listOf, portValue, typedValue } from './cell-values';
import { type Table, type TableRow, missingColumns } from './csv-table';
import { type Item, LandscapeDraft, type ListName } from './draft';
import type { Loaded } from './loaded';
import { nearest } from './nearest';

interface Kind {
  list: ListName;
  required: readonly string[];
  optional: readonly string[];
}

/**
 * `landscape.csv`, our own format, for people with a spreadsheet: one row per CI, the first column says of which kind.
 *
 *   type         columns (required ones first)
 *   server       id name address os | port zone site environment owner tags
 *   component    id name kind tier server application | cluster owner unit dependsOn attributes attributes.<name>
 *   application  id name | owner criticality
 *   relation     from to | relation                (dependsOn, the default, or runsOn)
 *   batchJob     id name server system ref | ref.<name>
 *   monitor      id ci system ref | ref.<name>
 *
 * Lists stand in one cell with `|` between them: tags `blue|canary`, dependsOn `crm-db|crm-queue` (component ids).
 * Pairs too: attributes `port=5432|db=crm`, a monitor's ref `instance=crm-web-01`. A value that holds `|` or `=` gets a
 * column of its own: `ref.path`, `attributes.options`. A batch job's ref is one text, `/etc/cron.d/billing`.
 * Columns that no row needs may be left out; a column whose name begins with `#` is a remark and ignored.
 */
const KINDS: Readonly<Record<string, Kind>> = {
  server: {
    list: 'servers',
    required: ['id', 'name', 'address', 'os'],
    optional: ['port', 'zone', 'site', 'environment', 'owner', 'tags'],
  },
  component: {
    list: 'components',
    required: ['id', 'name', 'kind', 'tier', 'server', 'application'],
    optional: ['cluster', 'owner', 'unit', 'dependsOn', 'attributes'],
  },
  application: { list: 'applications', required: ['id', 'name'], optional: ['owner', 'criticality'] },
  relation: { list: 'relations', required: ['from', 'to'], optional: ['relation'] },
  batchJob: { list: 'batchJobs', required: ['id', 'name', 'server', 'system'], optional: ['ref'] },
  monitor: { list: 'monitors', required: ['id', 'ci', 'system'], optional: ['ref'] },
};

const PAIR_COLUMNS = /^(attributes|ref)\.(.+)$/;
const COLUMNS = [
  'type',
  ...new Set(Object.values(KINDS).flatMap(({ required, optional }) => [...required, ...optional])),
];

/** Reads our own CSV format; every fault of header and rows at once, in the order of the text. */
export function landscapeFromCsv(table: Table): Loaded {
  const draft = new LandscapeDraft();
  draft.faults.push(...table.faults);
  // Without a header there is nothing to say about columns.
  if (table.columns.length === 0) return draft.finish();
  draft.faults.push(...unknownColumns(table), ...missingColumns(table, wantedColumns(table)));
  if (table.columns.includes('type')) for (const row of table.rows) addRow(row, table, draft);
  return draft.finish();
}

function addRow(row: TableRow, table: Table, draft: LandscapeDraft): void {
  const type = kindOf(row);
  const kind = kindNamed(type);
  if (!kind) {
    const remedy = `Use one of: ${Object.keys(KINDS).join(', ')}.`;
    return draft.fault(`"${row.cell('type')}" is not a type`, remedy, row.at('type'));
  }
  const allowed = new Set(['type', ...kind.required, ...kind.optional]);
  for (const column of table.columns) {
    const base = PAIR_COLUMNS.exec(column)?.[1] ?? column;
    const isStray = COLUMNS.includes(base) && !allowed.has(base) && row.cell(column) !== '';
    if (isStray)
      draft.fault(`a ${type} has no "${column}"`, 'Empty the cell, or correct the type.', row.at(column));
  }
  if (type === 'relation') return addRelation(row, draft);
  addCi(row, { type, kind, table, draft });
}

function addRelation(row: TableRow, draft: LandscapeDraft): void {
  const [from, to] = [row.cell('from'), row.cell('to')];
  if (from === '' || to === '') {
    return draft.fault(
      'the relation lacks its from or to',
      'Name both component ids.',
      row.at(from === '' ? 'from' : 'to'),
    );
  }
  const isNew = draft.relate(row.cell('relation') || 'dependsOn', { from, to }, (property) =>
    row.at(property === 'type' ? 'relation' : property),
  );
  if (!isNew)
    draft.fault(`the relation from ${from} to ${to} stands here twice`, 'Remove this row.', row.at());
}

interface Context {
  type: string;
  kind: Kind;
  table: Table;
  draft: LandscapeDraft;
}

function addCi(row: TableRow, { type, kind, table, draft }: Context): void {
  const id = row.cell('id');
  if (id === '')
    return draft.fault(`the ${type} has no id`, 'Give it an id that stays the same.', row.at('id'));
  const item: Item = {};
  for (const column of [...kind.required, ...kind.optional]) {
    if (column === 'dependsOn' || column === 'attributes' || column === 'ref') continue;
    if (row.cell(column) !== '') item[column] = simpleValue(column, row.cell(column));
  }
  addPairs(item, row, { type, kind, table, draft });
  const earlier = draft.add(kind.list, item, (property) => row.at(property));
  if (earlier) {
    const isSame = JSON.stringify(earlier.item) === JSON.stringify(item);
    const message = `the ${type} ${id} already stands in line ${earlier.origin().line}${isSame ? '' : ', with other values'}`;
    draft.fault(message, 'Keep one row per CI, or correct the id.', row.at('id'));
  }
  for (const to of listOf(row.cell('dependsOn'), '|')) {
    draft.relate('dependsOn', { from: id, to }, () => row.at('dependsOn'));
  }
}

function simpleValue(column: string, cell: string): unknown {
  if (column === 'tags') return listOf(cell, '|');
  return column === 'port' ? portValue(cell) : cell;
}

function addPairs(item: Item, row: TableRow, { type, kind, table, draft }: Context): void {
  const property = kind.optional.find((column) => column === 'attributes' || column === 'ref');
  if (property === undefined) return;
  const own = table.columns.flatMap((column): [string, string][] => {
    const match = PAIR_COLUMNS.exec(column);
    return match?.[1] === property && row.cell(column) !== '' ? [[match[2] ?? '', row.cell(column)]] : [];
  });
  const cell = row.cell(property);
  if (type === 'batchJob' && own.length === 0) {
    if (cell !== '') item['ref'] = cell;
    return;
  }
  const pairs = [...pairsOf(cell, property, { row, draft }), ...own];
  const typed = pairs.map(([name, value]) => [name, property === 'attributes' ? typedValue(value) : value]);
  if (pairs.length > 0) item[property] = Object.fromEntries(typed) as Item;
}

function pairsOf(
  cell: string,
  column: string,
  { row, draft }: { row: TableRow; draft: LandscapeDraft },
): [string, string][] {
  return listOf(cell, '|').flatMap((pair): [string, string][] => {
    const [name = '', ...rest] = pair.split('=');
    if (name.trim() !== '' && rest.length > 0) return [[name.trim(), rest.join('=').trim()]];
    draft.fault(
      `"${pair}" in ${column} is not name=value`,
      'Write it like port=5432|db=crm.',
      row.at(column),
    );
    return [];
  });
}

function kindOf(row: TableRow): string {
  const type = row.cell('type').toLowerCase();
  return Object.keys(KINDS).find((kind) => kind.toLowerCase() === type) ?? type;
}

/** Looked up as an own property only: a cell may hold `constructor`. */
function kindNamed(type: string): Kind | undefined {
  return Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
}

function unknownColumns(table: Table): Fault[] {
  return table.columns
    .filter((column) => !column.startsWith('#') && !COLUMNS.includes(column) && !PAIR_COLUMNS.test(column))
    .map((column) => {
      const near = nearest(column, COLUMNS);
      const known = `Known columns: ${COLUMNS.join(', ')}, attributes.<name>, ref.<name>.`;
      return {
        path: '',
        message: `column "${column}" is not known`,
        remedy: near
          ? `Rename it to "${near}", or to "#${column}" for a remark.`
          : `${known} Begin a remark's name with #.`,
        ...table.headerAt,
      };
    });
}

/** `type` always, and what the kinds that occur cannot do without. */
function wantedColumns(table: Table): { column: string; why: string }[] {
  const wanted = new Map([['type', 'it says what each row is']]);
  for (const row of table.rows) {
    for (const column of kindNamed(kindOf(row))?.required ?? []) {
      if (!wanted.has(column)) wanted.set(column, `every ${kindOf(row)} needs it`);
    }
  }
  return [...wanted].map(([column, why]) => ({ column, why }));
}
