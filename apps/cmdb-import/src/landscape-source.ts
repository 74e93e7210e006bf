import { CURRENT_LANDSCAPE_STREAM, type Fault, type Landscape } from '@patchtide/contracts';
import { loadLandscape, withPositions } from '@patchtide/connectors/cmdb';
import { normalizeLandscape } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import { landscapeFaults } from './landscape-faults';

export type Sourced =
  | { readonly ok: true; readonly landscape: Landscape; readonly source: string }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The CMDB cannot be read at the moment; the same call may succeed later. */
export class SourceUnavailable extends Error {
  override readonly name = 'SourceUnavailable';

  constructor(readonly faults: readonly Fault[]) {
    super(faults.map(({ message }) => message).join('; '));
  }
}

export interface SourceSettings {
  /** Path or `http(s):` URL of the CMDB's landscape; null takes the landscape imported last. */
  readonly source: string | null;
  readonly bearerToken: string | null;
  readonly timeoutMs: number;
}

const MAX_SOURCE = 500;

/**
 * Fetches the estate as it is now, or everything that is wrong with it, with file and line where there are such.
 * @throws SourceUnavailable where trying again may help
 */
export async function fetchLandscape(
  store: EventStore,
  settings: SourceSettings,
  signal: AbortSignal,
): Promise<Sourced> {
  if (settings.source === null) return importedLast(store);
  const { bearerToken, timeoutMs, source } = settings;
  const loaded = await loadLandscape(source, {
    ...{ timeoutMs, signal },
    ...(bearerToken === null ? {} : { bearerToken }),
  });
  if (!loaded.ok) {
    // A call that our own shutdown has ended says nothing about the CMDB.
    if (loaded.retryable || signal.aborted) throw new SourceUnavailable(loaded.faults);
    return { ok: false, faults: loaded.faults };
  }
  const faults = withPositions(landscapeFaults(loaded.landscape), loaded.locate);
  if (faults.length > 0) return { ok: false, faults };
  const landscape = normalizeLandscape(loaded.landscape);
  return { ok: true, landscape, source: loaded.source.slice(0, MAX_SOURCE) };
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
