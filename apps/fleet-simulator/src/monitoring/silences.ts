import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import { agrees, type Labels, type Matcher, type Silence, silenceMatches, silenceState } from './silence';
import { BadSilence, type SilenceRequest } from './silence-request';

/** Alertmanager's silences in memory: an update keeps its id only where Alertmanager keeps it. */
export class Silences {
  private readonly byId = new Map<string, Silence>();

  constructor(private readonly clock: Clock) {}

  /** Creates, updates or replaces; always store the id that comes back. Unknown ids are refused with 404. */
  put(request: SilenceRequest): string {
    const now = this.clock.now();
    const known = request.id === undefined ? undefined : this.byId.get(request.id);
    if (request.id !== undefined && known === undefined) throw new BadSilence(404, 'silence not found');
    if (known !== undefined && canUpdate(known, request, now)) return this.store(known.id, request);
    if (known !== undefined) this.expire(known.id);
    return this.store(randomUUID(), { ...request, startsAt: Math.max(request.startsAt, now) });
  }

  get(id: string): Silence | undefined {
    return this.byId.get(id);
  }

  /** Ends a silence now; false when there is none with this id. */
  expire(id: string): boolean {
    const silence = this.byId.get(id);
    if (silence === undefined) return false;
    const now = this.clock.now();
    const state = silenceState(silence, now);
    if (state === 'expired') return true;
    if (state === 'pending') silence.startsAt = now;
    silence.endsAt = now;
    silence.updatedAt = now;
    return true;
  }

  list(filters: readonly Matcher[] = []): Silence[] {
    return [...this.byId.values()].filter(({ matchers }) =>
      filters.every((filter) =>
        agrees(filter, matchers.find(({ name }) => name === filter.name)?.value ?? ''),
      ),
    );
  }

  /** The id of an active silence that covers these labels. */
  covering(labels: Labels): string | undefined {
    for (const silence of this.byId.values()) {
      if (this.isActive(silence.id) && silenceMatches(silence, labels)) return silence.id;
    }
    return undefined;
  }

  isActive(id: string): boolean {
    const silence = this.byId.get(id);
    return silence !== undefined && silenceState(silence, this.clock.now()) === 'active';
  }

  /** What a kill -9 right after the last snapshot does: all silences are gone. */
  forgetAll(): void {
    this.byId.clear();
  }

  private store(id: string, request: SilenceRequest): string {
    const { matchers, startsAt, endsAt, createdBy, comment } = request;
    const updatedAt = this.clock.now();
    this.byId.set(id, { id, matchers, startsAt, endsAt, updatedAt, createdBy, comment });
    return id;
  }
}

function canUpdate(known: Silence, wanted: SilenceRequest, now: number): boolean {
  if (JSON.stringify(known.matchers) !== JSON.stringify(wanted.matchers)) return false;
  const state = silenceState(known, now);
  if (state === 'active') return Math.floor(known.startsAt / 1000) === Math.floor(wanted.startsAt / 1000);
  return state === 'pending' && wanted.startsAt >= now;
}
