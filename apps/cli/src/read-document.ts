import {
  checkShape,
  type DocumentKind,
  type DurationHistory,
  type Fault,
  hasForm,
  type Landscape,
} from '@patchtide/contracts';
import { loadDocument, loadLandscape, type Locate, withPositions } from '@patchtide/connectors/cmdb';
import { checkLandscape, completeLandscape } from '@patchtide/domain';

/** A document in the published shape, or every fault with its place; `locate` places faults found later. */
export type Read<T> =
  | { readonly value: T; readonly faults: readonly []; readonly locate: Locate }
  | { readonly value: null; readonly faults: readonly Fault[] };

/** What is written in a file in another way than in the published shape, and what is wrong with it. */
export type Prepared = { readonly value: unknown; readonly faults: readonly Fault[] };

export interface ReadOptions<T> {
  /** What is wrong with the sense of a document, looked for when its shape is wrong too. */
  readonly examine?: (value: T) => readonly Fault[];
  /** Brings what only files may have into the published shape. */
  readonly prepare?: (value: unknown) => Prepared | Promise<Prepared>;
}

/** A document from a YAML or JSON file. */
export async function readDocument<T>(
  file: string,
  kind: DocumentKind,
  { examine = () => [], prepare = (value) => ({ value, faults: [] }) }: ReadOptions<T> = {},
): Promise<Read<T>> {
  const loaded = await loadDocument(file);
  if (!loaded.ok) return { value: null, faults: loaded.faults };
  const prepared = await prepare(loaded.value);
  const value = prepared.value as T;
  const found =
    prepared.faults.length > 0
      ? [...prepared.faults, ...elsewhere(checkShape(kind, value), prepared.faults)]
      : faultsOf(kind, value, examine);
  const faults = withPositions(found, loaded.locate);
  if (faults.length > 0) return { value: null, faults };
  return { value, faults: [], locate: loaded.locate };
}

/** What could not be prepared is in no shape, and its faults are told already. */
function elsewhere(faults: readonly Fault[], told: readonly Fault[]): Fault[] {
  const places = told.map(({ path }) => path.slice(0, path.lastIndexOf('/')));
  return faults.filter(({ path }) => !places.some((place) => path === place || path.startsWith(`${place}/`)));
}

/** Durations of past campaigns. */
export function readHistory(file: string): Promise<Read<DurationHistory>> {
  return readDocument<DurationHistory>(file, 'history');
}

/** A landscape from any source that cmdb-import knows, its rows where the source has them. */
export async function readLandscape(source: string, mapping?: string): Promise<Read<Landscape>> {
  const loaded = await loadLandscape(source, mapping === undefined ? {} : { mapping });
  if (!loaded.ok) return { value: null, faults: loaded.faults };
  const value = completeLandscape(loaded.landscape);
  const found = faultsOf('landscape', loaded.landscape, () => checkLandscape(value));
  const faults = withPositions(found, loaded.locate);
  if (faults.length > 0) return { value: null, faults };
  return { value, faults: [], locate: loaded.locate };
}

/** Faults of the shape; with them, where it can be told, those of the sense: one run shows everything. */
function faultsOf<T>(kind: DocumentKind, value: T, examine: (value: T) => readonly Fault[]): Fault[] {
  const faults = checkShape(kind, value);
  return faults.length > 0 && hasForm(kind, value) ? [...faults, ...examine(value)] : faults;
}
