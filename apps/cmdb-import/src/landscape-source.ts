import { checkShape, CURRENT_LANDSCAPE_STREAM, type Fault, type Landscape } from '@patchtide/contracts';
import { loadLandscape, withPositions } from '@patchtide/connectors/cmdb';
import { normalizeLandscape } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import { landscapeFaults } from './landscape-faults';

export type Sourced =
  | { readonly ok: true; readonly landscape: Landscape; readonly source: string }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export interface SourceSettings {
  /** `file:` or `http(s):` URL of the CMDB's landscape; null takes the landscape imported last. */
  readonly source: string | null;
  readonly bearerToken: string | null;
  readonly timeoutMs: number;
}

/** Fetches the estate as it is now, in the published shape. Contradictions inside it are the planner's to report. */
export async function fetchLandscape(
  store: EventStore,
  settings: SourceSettings,
  signal: AbortSignal,
): Promise<Sourced> {
  if (settings.source === null) return importedLast(store);
  const { bearerToken, timeoutMs, source } = settings;
  const loaded = await loadLandscape(source, {
    timeoutMs,
    signal,
    ...(bearerToken === null ? {} : { bearerToken }),
  });
  if (!loaded.ok) return loaded;
  const isShaped = checkShape('landscape', loaded.landscape).length === 0;
  if (!isShaped) return { ok: false, faults: withPositions(landscapeFaults(loaded.landscape), loaded.locate) };
  return { ok: true, landscape: normalizeLandscape(loaded.landscape as Partial<Landscape>), source };
}

async function importedLast(store: EventStore): Promise<Sourced> {
  const last = (await store.read(CURRENT_LANDSCAPE_STREAM)).at(-1);
  const digest = last?.data['landscapeDigest'];
  const document = typeof digest === 'string' ? await store.getDocument(digest) : undefined;
  if (!document) return { ok: false, faults: [noLandscape()] };
  return {
    ok: true,
    landscape: JSON.parse(document.text) as Landscape,
    source: String(last?.data['source']),
  };
}

function noLandscape(): Fault {
  return {
    path: '',
    message: 'no landscape has been imported and no CMDB is configured',
    remedy: 'Import one with "patchtide landscape import <file>", or set CMDB_SOURCE.',
  };
}
