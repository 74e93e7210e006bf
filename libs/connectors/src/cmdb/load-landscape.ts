import type { Fault } from '@patchtide/contracts';
import { readTable } from './csv-table';
import { type Encoding, decodeText } from './decode-text';
import { landscapeFromCsv } from './landscape-csv';
import type { Loaded } from './loaded';
import { landscapeFromExport } from './mapped-csv';
import { type Mapping, readMapping } from './mapping';
import type { Locate } from './position';
import { type RawSource, type ReadOptions, readSource, tooLarge } from './read-source';
import { loadStructured } from './structured-text';

export type Format = 'yaml' | 'json' | 'csv';

export interface LoadOptions extends ReadOptions {
  /** Default: by the content type of an HTTP answer, else by the ending of the name. */
  format?: Format;
}

export interface LandscapeOptions extends LoadOptions {
  /** Path of a mapping file; with it a CSV is read as a CMDB's export, without it as our own landscape.csv. */
  mapping?: string;
}

export interface LoadedDocument {
  ok: true;
  value: unknown;
  /** Gives a fault found later, at a JSON pointer into `value`, its place in the source. */
  locate: Locate;
  /** The source as shown to people: no credentials. */
  source: string;
  /** Digest of the bytes as they were read, in hex. */
  sha256: string;
}

export interface LoadFailure {
  ok: false;
  faults: Fault[];
  /** True when the same source may be readable later, as with an HTTP system that is down. */
  retryable: boolean;
}

/** YAML costs about a hundred times its size in memory while it is read. */
const MAX_YAML_BYTES = 16 * 1024 * 1024;

/** Loads a YAML or JSON document (a policy, a change) from a file or URL. Does not check its shape. */
export async function loadDocument(
  source: string,
  options: LoadOptions = {},
): Promise<LoadedDocument | LoadFailure> {
  const read = await readSource(source, options);
  if (!read.ok) return read;
  const format = formatOf(read.source, options.format);
  if (format === 'csv' || format === undefined) return failure(unknownFormat(read.source, '.yaml or .json'));
  return finished(read.source, structured(read.source, format));
}

/**
 * Loads a landscape from a .yaml, .json or .csv file or an http(s) URL. Says everything that is wrong with the form
 * at once; the shape (JSON Schema) and the sense (domain) are checked by others, with `locate` for their faults.
 */
export async function loadLandscape(
  source: string,
  options: LandscapeOptions = {},
): Promise<(LoadedDocument & { landscape: Record<string, unknown> }) | LoadFailure> {
  const read = await readSource(source, options);
  if (!read.ok) return read;
  const format = formatOf(read.source, options.format);
  if (format === undefined) return failure(unknownFormat(read.source, '.yaml, .json or .csv'));
  const loaded = format === 'csv' ? await csv(read.source, options.mapping) : structured(read.source, format);
  const result = finished(read.source, loaded);
  if (!result.ok) return result;
  if (isObject(result.value)) return { ...result, landscape: result.value };
  const remedy = 'Write the lists servers, components, applications, relations, batchJobs and monitors.';
  return failure({ path: '', message: 'is not an object', remedy, ...result.locate('') });
}

async function csv(source: RawSource, mappingPath: string | undefined): Promise<Loaded> {
  if (mappingPath === undefined) {
    const text = decodeText(source.bytes, { file: source.name, encoding: 'auto', isCsv: true });
    return text.ok ? landscapeFromCsv(readTable(text.text, source.name)) : text;
  }
  const document = await loadDocument(mappingPath);
  if (!document.ok) return document;
  const read = readMapping(document.value, document.locate);
  return read.ok ? mappedCsv(source, read.mapping, document.locate) : read;
}

function mappedCsv(source: RawSource, mapping: Mapping, locateInMapping: Locate): Loaded {
  const { encoding, delimiter } = mapping;
  const text = decodeText(source.bytes, { file: source.name, encoding, isCsv: true });
  return text.ok
    ? landscapeFromExport(readTable(text.text, source.name, delimiter), mapping, locateInMapping)
    : text;
}

function structured(source: RawSource, format: 'yaml' | 'json'): Loaded {
  if (format === 'yaml' && source.bytes.length > MAX_YAML_BYTES) {
    return tooLarge(source.name, source.bytes.length, MAX_YAML_BYTES);
  }
  const encoding: Encoding = 'auto';
  const text = decodeText(source.bytes, { file: source.name, encoding, isCsv: false });
  return text.ok ? loadStructured(text.text, source.name, format) : text;
}

function formatOf(source: RawSource, wanted?: Format): Format | undefined {
  if (wanted !== undefined) return wanted;
  const type = /\b(json|yaml|csv)\b/.exec(source.contentType.toLowerCase())?.[1] as Format | undefined;
  if (type) return type;
  const ending = /\.(json|ya?ml|csv)$/i.exec(source.name)?.[1]?.toLowerCase();
  return ending === 'yml' ? 'yaml' : (ending as Format | undefined);
}

function finished(source: RawSource, loaded: Loaded): LoadedDocument | LoadFailure {
  if (!loaded.ok) return { ok: false, faults: loaded.faults, retryable: false };
  return { ok: true, value: loaded.value, locate: loaded.locate, source: source.name, sha256: source.sha256 };
}

function failure(fault: Fault): LoadFailure {
  return { ok: false, faults: [fault], retryable: false };
}

function unknownFormat({ name }: RawSource, endings: string): Fault {
  const remedy = `Name a file that ends in ${endings}, or say its format.`;
  return { path: '', message: 'has a format that is not known', remedy, file: name };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
