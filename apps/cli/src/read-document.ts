import { checkShape, type DocumentKind, type Fault, type Landscape } from '@patchtide/contracts';
import { loadDocument, loadLandscape, type Locate, withPositions } from '@patchtide/connectors/cmdb';
import { completeLandscape } from '@patchtide/domain';

/** A document in the published shape, or every fault with its place; `locate` places faults found later. */
export type Read<T> =
  | { readonly value: T; readonly faults: readonly []; readonly locate: Locate }
  | { readonly value: null; readonly faults: readonly Fault[] };

/** A policy or change from a YAML or JSON file. */
export async function readDocument<T>(file: string, kind: DocumentKind): Promise<Read<T>> {
  const loaded = await loadDocument(file);
  if (!loaded.ok) return { value: null, faults: loaded.faults };
  const faults = withPositions(checkShape(kind, loaded.value), loaded.locate);
  return faults.length > 0
    ? { value: null, faults }
    : { value: loaded.value as T, faults: [], locate: loaded.locate };
}

/** A landscape from any source that cmdb-import knows, its rows where the source has them. */
export async function readLandscape(source: string, mapping?: string): Promise<Read<Landscape>> {
  const loaded = await loadLandscape(source, mapping === undefined ? {} : { mapping });
  if (!loaded.ok) return { value: null, faults: loaded.faults };
  const faults = withPositions(checkShape('landscape', loaded.landscape), loaded.locate);
  if (faults.length > 0) return { value: null, faults };
  return {
    value: completeLandscape(loaded.landscape as Partial<Landscape>),
    faults: [],
    locate: loaded.locate,
  };
}
