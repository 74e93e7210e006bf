import { checkShape, type DocumentKind, type Fault, hasForm, type Landscape } from '@patchtide/contracts';
import { loadDocument, loadLandscape, type Locate, withPositions } from '@patchtide/connectors/cmdb';
import { checkLandscape, completeLandscape } from '@patchtide/domain';

/** A document in the published shape, or every fault with its place; `locate` places faults found later. */
export type Read<T> =
  | { readonly value: T; readonly faults: readonly []; readonly locate: Locate }
  | { readonly value: null; readonly faults: readonly Fault[] };

/** A policy or change from a YAML or JSON file. `examine` adds what is wrong with its sense when its shape is wrong too. */
export async function readDocument<T>(
  file: string,
  kind: DocumentKind,
  examine: (value: T) => readonly Fault[] = () => [],
): Promise<Read<T>> {
  const loaded = await loadDocument(file);
  if (!loaded.ok) return { value: null, faults: loaded.faults };
  const faults = withPositions(faultsOf(kind, loaded.value as T, examine), loaded.locate);
  if (faults.length > 0) return { value: null, faults };
  return { value: loaded.value as T, faults: [], locate: loaded.locate };
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
