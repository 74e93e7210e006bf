import { randomUUID } from 'node:crypto';
import {
  EVENT_VERSION,
  type Landscape,
  type LandscapeEvent,
  parseEvent,
  streamOf,
} from '@patchtide/contracts';
import { driftBetween } from '@patchtide/domain';
import { canonicalJson, type EventStore, VersionConflict } from '@patchtide/event-store';
import type { Sourced } from './landscape-source';

const MAX_FAULTS = 500;

/** Freezes the landscape of a campaign: stored under its digest, recorded with how it drifted from the last one. */
export class LandscapeCapture {
  constructor(
    private readonly store: EventStore,
    private readonly fetch: () => Promise<Sourced>,
    private readonly now: () => Date,
  ) {}

  /** Does nothing when the revision has been captured already, so a repeated event is harmless. */
  async capture(campaign: string, revision: number): Promise<LandscapeEvent['type'] | 'already-captured'> {
    const stream = streamOf.landscape(campaign);
    const past = await this.store.read(stream);
    if (past.some((event) => event.data['revision'] === revision)) return 'already-captured';
    const before = past.filter((event) => event.type === 'LandscapeCaptured').at(-1)?.data['landscapeDigest'];
    const event = await this.answer(campaign, revision, typeof before === 'string' ? before : null);
    try {
      await appendEvent(this.store, { stream, expectedVersion: past.length, event, correlation: campaign });
    } catch (error) {
      if (error instanceof VersionConflict) return 'already-captured';
      throw error;
    }
    return event.type;
  }

  private async answer(campaign: string, revision: number, before: string | null): Promise<LandscapeEvent> {
    const sourced = await this.fetch();
    const at = this.now().toISOString();
    if (!sourced.ok)
      return {
        type: 'LandscapeRejected',
        data: { campaign, revision, faults: sourced.faults.slice(0, MAX_FAULTS), at },
      };
    const { landscape, source } = sourced;
    const landscapeDigest = await this.store.putDocument('landscape', canonicalJson(landscape));
    const counts = {
      servers: landscape.servers.length,
      components: landscape.components.length,
      applications: landscape.applications.length,
    };
    const drift = driftBetween(await this.document(before), landscape);
    return {
      type: 'LandscapeCaptured',
      data: { campaign, revision, landscapeDigest, source, ...counts, drift, at },
    };
  }

  private async document(digest: string | null): Promise<Landscape | null> {
    const document = digest === null ? undefined : await this.store.getDocument(digest);
    return document ? (JSON.parse(document.text) as Landscape) : null;
  }
}

export interface LandscapeAppend {
  readonly stream: string;
  readonly expectedVersion: number;
  readonly event: LandscapeEvent;
  readonly correlation: string;
}

/** Appends one event of this service. @throws VersionConflict when another instance was faster */
export async function appendEvent(
  store: EventStore,
  { stream, expectedVersion, event, correlation }: LandscapeAppend,
): Promise<void> {
  const checked = parseEvent('landscape', event.type, event.data);
  if (!checked.ok) throw new Error(`${event.type} is not a valid event: ${JSON.stringify(checked.faults)}`);
  const cause = { correlation, actor: 'cmdb-import', recordedAt: event.data.at };
  const appended = { id: randomUUID(), type: event.type, schemaVersion: EVENT_VERSION, data: event.data };
  await store.append([{ stream, expectedVersion, events: [appended] }], cause);
}
