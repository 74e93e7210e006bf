import {
  CURRENT_LANDSCAPE_STREAM,
  eventFaults,
  type ImportLandscape,
  type Landscape,
  type LandscapeEvent,
  parseCommand,
} from '@patchtide/contracts';
import { normalizeLandscape, Rejected } from '@patchtide/domain';
import { canonicalJson, type EventStore, VersionConflict } from '@patchtide/event-store';
import { appendEvent } from './append-event';
import { landscapeFaults } from './landscape-faults';

export interface Imported {
  readonly ok: true;
  readonly landscapeDigest: string;
  readonly servers: number;
  readonly components: number;
}

/**
 * Makes a stored document the present landscape of the CMDB. Nothing changes when it is not a landscape.
 * @throws Rejected with every fault
 */
export async function importLandscape(store: EventStore, message: unknown, now: Date): Promise<Imported> {
  const { landscapeDigest: uploaded, source, actor } = parsedImport(message);
  const landscape = await checkedLandscape(store, uploaded);
  const landscapeDigest = await store.putDocument('landscape', canonicalJson(landscape));
  const counts = { servers: landscape.servers.length, components: landscape.components.length };
  const data = { landscapeDigest, source, ...counts, by: actor.by, at: now.toISOString() };
  await record(store, { type: 'LandscapeImported', data }, actor.by);
  return { ok: true, landscapeDigest, ...counts };
}

function parsedImport(message: unknown): ImportLandscape {
  const { type, data } = (typeof message === 'object' && message !== null ? message : {}) as {
    type?: unknown;
    data?: unknown;
  };
  const parsed = parseCommand(String(type), data);
  if (!parsed.ok) {
    const next = 'Correct the faults and send it again.';
    throw new Rejected('invalid-command', 'the command is not valid', next, parsed.faults);
  }
  if (parsed.value.type !== 'ImportLandscape') {
    const next = 'Send it on patchtide.commands.campaign.';
    throw new Rejected('not-here', `${parsed.value.type} is not for cmdb-import`, next);
  }
  return parsed.value.data;
}

async function checkedLandscape(store: EventStore, digest: string): Promise<Landscape> {
  const document = await store.getDocument(digest);
  if (!document)
    throw new Rejected('unknown-document', `document ${digest} is not stored`, 'Upload it again.');
  const value: unknown = JSON.parse(document.text);
  const faults = landscapeFaults(value);
  if (faults.length > 0) {
    const next = 'Correct them and import it again.';
    throw new Rejected('invalid-landscape', 'the landscape has faults', next, eventFaults(faults));
  }
  return normalizeLandscape(value as Partial<Landscape>);
}

/** Imports come one after the other; who comes second is the present one. */
async function record(store: EventStore, event: LandscapeEvent, actor: string): Promise<void> {
  const stream = CURRENT_LANDSCAPE_STREAM;
  for (;;) {
    const expectedVersion = (await store.read(stream)).length;
    try {
      return await appendEvent(store, { stream, expectedVersion, event, correlation: 'landscape', actor });
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
    }
  }
}
