import { categoryOf, type EventStore, type LoggedEvent } from '@patchtide/event-store';
import type { LogFollower } from '../follow/log-follower';

const PAGE = 500;
const HEARTBEAT_MS = 15_000;

/** Where live events are written to; `write` resolves when the receiver can take more. */
export interface Sink {
  write(text: string): Promise<void>;
}

export interface StreamOptions {
  readonly campaign: string | null;
  /** The global position the receiver has seen last. */
  readonly after: number;
}

/**
 * Sends every event after a position and goes on as the log grows, until aborted. Ids are global positions, so that
 * a receiver that reconnects with the last id misses nothing. Reading from the store keeps slow receivers harmless.
 */
export async function streamEvents(
  source: { readonly store: EventStore; readonly follower: LogFollower },
  options: StreamOptions,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  let position = options.after;
  await sink.write('retry: 1000\n\n');
  while (!signal.aborted) {
    const events = await source.store.readAll(position, PAGE);
    const text = events
      .filter((event) => isWanted(event, options.campaign))
      .map(format)
      .join('');
    if (text !== '') await sink.write(text);
    position = events.at(-1)?.position ?? position;
    if (events.length > 0) continue;
    await source.follower.after(position, HEARTBEAT_MS, signal);
    // Also moves the receiver's last id past events that it did not ask for.
    if (source.follower.position <= position && !signal.aborted)
      await sink.write(`id: ${position}\n: alive\n\n`);
  }
}

function isWanted(event: LoggedEvent, campaign: string | null): boolean {
  return campaign === null || event.meta.correlation === campaign;
}

function format({ position, stream, type, data, meta, version }: LoggedEvent): string {
  const category = categoryOf(stream);
  const body = {
    position,
    stream,
    category,
    version,
    type,
    campaign: meta.correlation,
    at: meta.recordedAt,
    actor: meta.actor,
    data,
  };
  return `id: ${position}\nevent: ${type}\ndata: ${JSON.stringify(body)}\n\n`;
}
