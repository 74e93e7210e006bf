import type { Fault } from '@patchtide/contracts';
import { ENCODINGS, type Encoding } from './decode-text';
import { LISTS, type ListName } from './draft';
import { type Locate, escaped } from './position';
import { nearest } from './nearest';

/**
 * How a CMDB's CSV export becomes a landscape: which column means what. One row may describe a server, a component, or
 * both; rows that repeat a CI must agree about it.
 *
 *   csv: { delimiter: ";", encoding: windows-1252 }      # optional; both are found out otherwise
 *   servers:
 *     id: { column: "Host", slug: true }                 # made fit for an id: lower case, other signs become "-"
 *     name: "Host"                                       # short for { column: "Host" }
 *     os: { column: "OS", values: { "Debian GNU/Linux 12": debian-12 } }   # a value that is not listed is a fault
 *     port: { constant: 22 }
 *     zone: { column: "Zone", default: dc1 }             # for empty cells
 *     tags: { column: "Tags", separator: "," }           # a list in one cell
 *   components:
 *     when: { column: "Class", in: ["Database", "Web server"] }            # only these rows; optional
 *     …
 *   relations:
 *     from: { column: "CI", slug: true }
 *     to: { column: "Depends on", separator: "|", slug: true }
 *   monitors:
 *     id: { column: "Host", slug: true, prefix: mon- }
 *     ref: { instance: "Host" }                          # names below ref and attributes are yours
 *
 * A section is left out for rows whose id (for relations: whose from or to) is empty. A section may be a list of such
 * sections. Sections and properties are those of the landscape.
 */
export interface Mapping {
  delimiter?: string;
  encoding: Encoding;
  sections: readonly Section[];
}

export interface Section {
  list: ListName;
  when?: { column: string; in: readonly string[] };
  fields: ReadonlyMap<string, Field>;
}

export type Field = Source | { parts: ReadonlyMap<string, Source> };

export interface Source {
  column?: string;
  constant?: string | number | boolean;
  values?: ReadonlyMap<string, string | number | boolean>;
  default?: string | number | boolean;
  separator?: string;
  slug: boolean;
  /** Put before what comes out of a cell. */
  prefix: string;
  /** Where it stands in the mapping file. */
  path: string;
}

const PROPERTIES: Readonly<Record<ListName, readonly string[]>> = {
  servers: ['id', 'name', 'address', 'port', 'os', 'zone', 'site', 'environment', 'owner', 'tags'],
  components: [
    'id',
    'name',
    'kind',
    'tier',
    'server',
    'application',
    'cluster',
    'owner',
    'unit',
    'attributes',
  ],
  applications: ['id', 'name', 'owner', 'criticality'],
  relations: ['type', 'from', 'to'],
  batchJobs: ['id', 'name', 'server', 'system', 'ref'],
  monitors: ['id', 'ci', 'system', 'ref'],
};
const NEEDED: Readonly<Record<ListName, readonly string[]>> = {
  servers: ['id', 'name', 'address', 'os'],
  components: ['id', 'name', 'kind', 'tier', 'server', 'application'],
  applications: ['id', 'name'],
  relations: ['from', 'to'],
  batchJobs: ['id', 'name', 'server', 'system', 'ref'],
  monitors: ['id', 'ci', 'system', 'ref'],
};
const SOURCE_KEYS = ['column', 'constant', 'values', 'default', 'separator', 'slug', 'prefix'];
/** Properties that are objects, whose names the user chooses. */
const OPEN_FIELDS = ['attributes', 'ref'];

type Json = Record<string, unknown>;

/** Reads a mapping document; every fault at once, with its place in the mapping file. */
export function readMapping(
  value: unknown,
  locate: Locate,
): { ok: true; mapping: Mapping } | { ok: false; faults: Fault[] } {
  const reader = new MappingReader(locate);
  const mapping = reader.mapping(value);
  return reader.faults.length > 0 ? { ok: false, faults: reader.faults } : { ok: true, mapping };
}

class MappingReader {
  readonly faults: Fault[] = [];

  constructor(private readonly locate: Locate) {}

  mapping(value: unknown): Mapping {
    const document = this.object(value, '');
    this.onlyKeys(document, '', ['csv', ...LISTS]);
    const sections = LISTS.flatMap((list) => this.sections(document[list], list));
    if (sections.length === 0) this.fault('', 'maps nothing', `Add sections: ${LISTS.join(', ')}.`);
    return { ...this.csv(document['csv']), sections };
  }

  private csv(value: unknown): { delimiter?: string; encoding: Encoding } {
    if (value === undefined) return { encoding: 'auto' };
    const csv = this.object(value, '/csv');
    this.onlyKeys(csv, '/csv', ['delimiter', 'encoding']);
    const { delimiter, encoding = 'auto' } = csv;
    const known = ENCODINGS.find((name) => name === encoding);
    if (!known) this.fault('/csv/encoding', 'is not known', `Use one of: ${ENCODINGS.join(', ')}.`);
    if (delimiter === undefined) return { encoding: known ?? 'auto' };
    const isSign = typeof delimiter === 'string' && /^[^"\r\n]$/.test(delimiter);
    if (!isSign) this.fault('/csv/delimiter', 'is not one sign', 'Write it like ";".');
    return { encoding: known ?? 'auto', ...(isSign ? { delimiter } : {}) };
  }

  private sections(value: unknown, list: ListName): Section[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return [this.section(value, list, `/${list}`)];
    return value.map((entry, index) => this.section(entry, list, `/${list}/${index}`));
  }

  private section(value: unknown, list: ListName, path: string): Section {
    const { when, ...fields } = this.object(value, path);
    this.onlyKeys(fields, path, PROPERTIES[list]);
    for (const name of NEEDED[list]) {
      if (fields[name] !== undefined) continue;
      this.fault(path, `${name} is not mapped`, `Name its column: ${name}: "…", or a constant.`);
    }
    const known = Object.entries(fields).filter(([name]) => PROPERTIES[list].includes(name));
    const map = new Map(
      known.map(([name, field]) => [name, this.field(name, field, `${path}/${escaped(name)}`)]),
    );
    return {
      list,
      fields: map,
      ...(when === undefined ? {} : { when: this.condition(when, `${path}/when`) }),
    };
  }

  private condition(value: unknown, path: string): { column: string; in: readonly string[] } {
    const { column, in: values, ...rest } = this.object(value, path);
    this.onlyKeys(rest, path, []);
    const list = Array.isArray(values) ? values.filter((entry) => typeof entry === 'string') : [];
    if (typeof column === 'string' && list.length > 0) return { column, in: list };
    this.fault(path, 'is not a condition', 'Write it like { column: "Class", in: ["Database"] }.');
    return { column: '', in: [] };
  }

  private field(name: string, value: unknown, path: string): Field {
    const isPlain = typeof value !== 'object' || value === null || isSource(value);
    if (!OPEN_FIELDS.includes(name) || isPlain) return this.source(value, path);
    const parts = Object.entries(this.object(value, path));
    return {
      parts: new Map(parts.map(([key, part]) => [key, this.source(part, `${path}/${escaped(key)}`)])),
    };
  }

  private source(value: unknown, path: string): Source {
    if (typeof value === 'string') return { column: value, slug: false, prefix: '', path };
    const {
      column,
      constant,
      values,
      default: fallback,
      separator,
      slug,
      prefix,
      ...rest
    } = this.object(value, path);
    this.onlyKeys(rest, path, SOURCE_KEYS);
    const isOne = (typeof column === 'string') !== isScalar(constant);
    if (!isOne) this.fault(path, 'needs either a column or a constant', 'Write it like { column: "Host" }.');
    return {
      slug: slug === true,
      prefix: typeof prefix === 'string' ? prefix : '',
      path,
      ...(typeof column === 'string' ? { column } : {}),
      ...(isScalar(constant) ? { constant } : {}),
      ...(isScalar(fallback) ? { default: fallback } : {}),
      ...(typeof separator === 'string' && separator !== '' ? { separator } : {}),
      ...(values === undefined ? {} : { values: this.values(values, `${path}/values`) }),
    };
  }

  private values(value: unknown, path: string): ReadonlyMap<string, string | number | boolean> {
    const map = new Map<string, string | number | boolean>();
    for (const [key, entry] of Object.entries(this.object(value, path))) {
      if (isScalar(entry)) map.set(key, entry);
      else
        this.fault(
          `${path}/${escaped(key)}`,
          'is not a plain value',
          'Write "what the export says": what-we-say.',
        );
    }
    return map;
  }

  private object(value: unknown, path: string): Json {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
    this.fault(path, 'is not a table of names and values', 'See examples/cmdb-mapping.yaml.');
    return {};
  }

  private onlyKeys(value: Json, path: string, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const near = nearest(key, known);
      const remedy = near ? `Rename it to "${near}".` : `Known here: ${known.join(', ') || 'nothing else'}.`;
      this.fault(`${path}/${escaped(key)}`, `"${key}" is not known`, remedy);
    }
  }

  private fault(path: string, message: string, remedy: string): void {
    this.faults.push({ path, message, remedy, ...this.locate(path) });
  }
}

/** Distinguishes `ref: { column: "X" }` from `ref: { instance: "X" }`. */
function isSource(value: object): boolean {
  return Object.keys(value).some((key) => key === 'column' || key === 'constant');
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
