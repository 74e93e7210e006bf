import { eventFaults, type Landscape, type LandscapeEvent, streamOf } from '@patchtide/contracts';
import { driftBetween } from '@patchtide/domain';
import { canonicalJson, type EventStore, type StoredEvent, VersionConflict } from '@patchtide/event-store';
import { appendEvent } from './append-event';
import { type Sourced, SourceUnavailable } from './landscape-source';

export interface CaptureRequest {
  readonly campaign: string;
  readonly revision: number;
  /** Whether nobody will ask again: then a CMDB that cannot be read is a reason to reject. */
  readonly isLastTry: boolean;
}

/** Freezes the landscape of a campaign: stored under its digest, recorded with how it drifted from the last one. */
export class LandscapeCapture {
  constructor(
    private readonly store: EventStore,
    private readonly fetch: () => Promise<Sourced>,
    private readonly now: () => Date,
  ) {}

  /**
   * Does nothing when the revision has been captured already, so a repeated event is harmless.
   * @throws SourceUnavailable while trying again may help
   */
  async capture(request: CaptureRequest): Promise<LandscapeEvent['type'] | 'already-captured'> {
    const { campaign, revision } = request;
    const stream = streamOf.landscape(campaign);
    const past = await this.store.read(stream);
    if (past.some((event) => event.data['revision'] === revision)) return 'already-captured';
    const event = await this.answer(request, past);
    try {
      await appendEvent(this.store, { stream, expectedVersion: past.length, event, correlation: campaign });
    } catch (error) {
      // Another instance was faster, perhaps with another revision: look again.
      if (error instanceof VersionConflict) return this.capture(request);
      throw error;
    }
    return event.type;
  }

  private async answer(request: CaptureRequest, past: readonly StoredEvent[]): Promise<LandscapeEvent> {
    const { campaign, revision } = request;
    const sourced = await this.sourced(request);
    const at = this.now().toISOString();
    if (!sourced.ok) {
      return {
        type: 'LandscapeRejected',
        data: { campaign, revision, faults: eventFaults(sourced.faults), at },
      };
    }
    const { landscape, source } = sourced;
    const landscapeDigest = await this.store.putDocument('landscape', canonicalJson(landscape));
    const counts = {
      servers: landscape.servers.length,
      components: landscape.components.length,
      applications: landscape.applications.length,
    };
    const drift = driftBetween(await this.lastCaptured(past), landscape);
    return {
      type: 'LandscapeCaptured',
      data: { campaign, revision, landscapeDigest, source, ...counts, drift, at },
    };
  }

  private async sourced({ isLastTry }: CaptureRequest): Promise<Sourced> {
    try {
      return await this.fetch();
    } catch (error) {
      if (error instanceof SourceUnavailable && isLastTry) return { ok: false, faults: error.faults };
      throw error;
    }
  }

  private async lastCaptured(past: readonly StoredEvent[]): Promise<Landscape | null> {
    const digest = past.filter((event) => event.type === 'LandscapeCaptured').at(-1)?.data['landscapeDigest'];
    const document = typeof digest === 'string' ? await this.store.getDocument(digest) : undefined;
    return document ? (JSON.parse(document.text) as Landscape) : null;
  }
}
