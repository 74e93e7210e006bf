import type { Fault } from '@patchtide/contracts';
import { listOf, portValue, slugOf, typedValue } from './cell-values';
import { type Table, type TableRow, missingColumns } from './csv-table';
import { type Item, LandscapeDraft } from './draft';
import type { Loaded } from './loaded';
import type { Field, Mapping, Section, Source } from './mapping';
import type { Locate, Position } from './position';

/** Reads a CMDB export with a mapping; every fault of both files at once. */
export function landscapeFromExport(table: Table, mapping: Mapping, locateInMapping: Locate): Loaded {
  const draft = new LandscapeDraft();
  const absent = mapping.sections.flatMap((section) => absentColumns(section, table, locateInMapping));
  draft.faults.push(...table.faults, ...uniqueFaults(absent));
  if (absent.length > 0) return draft.finish();
  const context = { draft, locateInMapping, reported: new Set<string>() };
  for (const row of table.rows)
    for (const section of mapping.sections) new RowReader(row, context).add(section);
  return draft.finish();
}

interface Context {
  draft: LandscapeDraft;
  locateInMapping: Locate;
  /** Unlisted values that were reported already, so that 10,000 rows give one fault. */
  reported: Set<string>;
}

class RowReader {
  constructor(
    private readonly row: TableRow,
    private readonly context: Context,
  ) {}

  add(section: Section): void {
    const { when, list } = section;
    if (when && !when.in.includes(this.row.cell(when.column))) return;
    if (list === 'relations') return this.addRelations(section);
    if (this.isEmpty(section.fields.get('id'))) return;
    const item: Item = {};
    for (const [name, field] of section.fields) {
      const value = 'parts' in field ? this.parts(field.parts) : this.value(field, name === 'tags');
      if (value !== undefined) item[name] = value;
    }
    const earlier = this.context.draft.add(list, item, this.origin(section));
    if (earlier) this.merge(earlier.item, item, { section, earlierAt: earlier.origin() });
  }

  private addRelations(section: Section): void {
    const origin = this.origin(section);
    const [types, from, to] = ['type', 'from', 'to'].map((name) => this.texts(section.fields.get(name)));
    for (const a of from ?? []) {
      for (const b of to ?? [])
        this.context.draft.relate(types?.[0] ?? 'dependsOn', { from: a, to: b }, origin);
    }
  }

  /** Rows that repeat a CI may add to it, and must not contradict what an earlier one said. */
  private merge(
    known: Item,
    item: Item,
    { section, earlierAt }: { section: Section; earlierAt: Position },
  ): void {
    for (const [name, value] of Object.entries(item)) {
      if (known[name] === undefined) known[name] = value;
      if (JSON.stringify(known[name]) === JSON.stringify(value)) continue;
      const said = `${name} ${JSON.stringify(value)}, line ${earlierAt.line} said ${JSON.stringify(known[name])}`;
      const message = `${String(item['id'])} has ${said}`;
      this.context.draft.fault(
        message,
        'Make the rows agree, or map another id.',
        this.origin(section)(name),
      );
    }
  }

  private origin(section: Section) {
    return (property?: string) => {
      const field = property === undefined ? undefined : section.fields.get(property);
      return this.row.at(field && 'column' in field ? field.column : undefined);
    };
  }

  private parts(parts: ReadonlyMap<string, Source>): Item | undefined {
    const values = [...parts].map(([name, source]) => [name, this.value(source, false)] as const);
    const present = values.filter(([, value]) => value !== undefined);
    return present.length === 0 ? undefined : Object.fromEntries<unknown>(present);
  }

  private texts(field: Field | undefined): string[] {
    if (!field || 'parts' in field) return [];
    const value = this.value(field, true);
    return (Array.isArray(value) ? value : [value]).filter((entry) => entry !== undefined).map(String);
  }

  private isEmpty(field: Field | undefined): boolean {
    return field !== undefined && this.texts(field).length === 0;
  }

  private value(source: Source, isList: boolean): unknown {
    if (source.constant !== undefined) return isList ? [source.constant] : source.constant;
    const cell = this.row.cell(source.column ?? '');
    const words = source.separator === undefined ? [cell] : listOf(cell, source.separator);
    const values = words.filter((word) => word !== '').map((word) => this.word(word, source));
    if (values.length === 0)
      return isList && source.default !== undefined ? [source.default] : source.default;
    return isList ? values : values[0];
  }

  private word(word: string, source: Source): string | number | boolean {
    if (!source.values) return source.slug ? `${source.prefix}${slugOf(word)}` : plainValue(word, source);
    const value = source.values.get(word);
    if (value !== undefined) return value;
    this.reportUnlisted(word, source);
    return word;
  }

  private reportUnlisted(word: string, source: Source): void {
    const key = JSON.stringify([source.path, word]);
    if (this.context.reported.has(key)) return;
    this.context.reported.add(key);
    const place = this.context.locateInMapping(`${source.path}/values`);
    const where = place ? `${place.file} line ${place.line}` : source.path;
    const message = `"${word}" in column "${source.column}" is not among the mapped values`;
    this.context.draft.fault(
      message,
      `Add it to the values in ${where}, or correct the cell.`,
      this.row.at(source.column),
    );
  }
}

/** In an export everything is text; in a landscape ports and attributes are not. */
function plainValue(word: string, { path, prefix }: Source): string | number | boolean {
  if (prefix !== '') return `${prefix}${word}`;
  if (path.endsWith('/port')) return portValue(word);
  return path.includes('/attributes/') ? typedValue(word) : word;
}

function absentColumns(section: Section, table: Table, locate: Locate): Fault[] {
  const sources = [...section.fields.values()].flatMap((field) =>
    'parts' in field ? [...field.parts.values()] : [field],
  );
  const wanted = sources.flatMap(({ column, path }) => {
    const at = locate(path);
    const why = at ? `${at.file} line ${at.line} maps it` : 'the mapping names it';
    return column === undefined ? [] : [{ column, why }];
  });
  const when = section.when
    ? [{ column: section.when.column, why: 'a condition of the mapping names it' }]
    : [];
  return missingColumns(table, [...wanted, ...when]);
}

/** A column that is missing is missing once, however many properties want it. */
function uniqueFaults(faults: readonly Fault[]): Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ message }) => {
    const column = message.split(';')[0] ?? '';
    return !seen.has(column) && seen.add(column);
  });
}
