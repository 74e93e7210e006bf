import { CURRENT_LANDSCAPE_STREAM, type Landscape, parseCommand } from '@patchtide/contracts';
import { normalizeLandscape, Rejected } from '@patchtide/domain';
import { canonicalJson, type EventStore } from '@patchtide/event-store';
import { appendEvent } from './landscape-capture';
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
  const { type, data } = (typeof message === 'object' && message !== null ? message : {}) as {
    type?: unknown;
    data?: unknown;
  };
  const parsed = parseCommand(String(type), data);
  if (!parsed.ok)
    throw new Rejected(
      'invalid-command',
      'the command is not valid',
      'Correct the faults and send it again.',
      parsed.faults,
    );
  if (parsed.value.type !== 'ImportLandscape') {
    throw new Rejected(
      'not-here',
      `${parsed.value.type} is not for cmdb-import`,
      'Send it on patchtide.commands.campaign.',
    );
  }
  const { source, actor } = parsed.value.data;
  const landscape = await checkedLandscape(store, parsed.value.data.landscapeDigest);
  const landscapeDigest = await store.putDocument('landscape', canonicalJson(landscape));
  const counts = { servers: landscape.servers.length, components: landscape.components.length };
  const past = await store.read(CURRENT_LANDSCAPE_STREAM);
  await appendEvent(store, {
    stream: CURRENT_LANDSCAPE_STREAM,
    expectedVersion: past.length,
    event: {
      type: 'LandscapeImported',
      data: { landscapeDigest, source, ...counts, by: actor.by, at: now.toISOString() },
    },
    correlation: 'landscape',
  });
  return { ok: true, landscapeDigest, ...counts };
}

async function checkedLandscape(store: EventStore, digest: string): Promise<Landscape> {
  const document = await store.getDocument(digest);
  if (!document)
    throw new Rejected('unknown-document', `document ${digest} is not stored`, 'Upload the landscape again.');
  const value = JSON.parse(document.text) as unknown;
  const faults = landscapeFaults(value);
  if (faults.length > 0)
    throw new Rejected(
      'invalid-landscape',
      'the landscape has faults',
      'Correct them and import it again.',
      faults,
    );
  return normalizeLandscape(value as Landscape);
}
