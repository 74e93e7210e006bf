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
  /** How often a receiver hears something at least; default 15,000. */
  readonly heartbeatMs?: number;
}

export interface StreamSource {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly follower: Pick<LogFollower, 'after'>;
}

/**
 * Sends every event after a position and goes on as the log grows, until aborted. Ids are global positions, so that
 * a receiver that reconnects with the last id misses nothing. Reading from the store keeps slow receivers harmless.
 */
export async function streamEvents(
  source: StreamSource,
  { campaign, after, heartbeatMs = HEARTBEAT_MS }: StreamOptions,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  let position = after;
  let writtenMs = performance.now();
  const write = async (text: string): Promise<void> => {
    await sink.write(text);
    writtenMs = performance.now();
  };
  await write('retry: 1000\n\n');
  while (!signal.aborted) {
    const events = await source.store.readAll(position, PAGE);
    const wanted = events.filter((event) => campaign === null || event.meta.correlation === campaign);
    if (wanted.length > 0) await write(wanted.map(format).join(''));
    position = events.at(-1)?.position ?? position;
    const silentMs = performance.now() - writtenMs;
    // Also moves the receiver's last id past events that it did not ask for.
    if (silentMs >= heartbeatMs) await write(`id: ${position}\n: alive\n\n`);
    else if (events.length === 0) await source.follower.after(position, heartbeatMs - silentMs, signal);
  }
}

function format({ position, stream, type, data, meta, version }: LoggedEvent): string {
  const { correlation: campaign, recordedAt: at, actor } = meta;
  const category = categoryOf(stream);
  const body = { position, stream, category, version, type, campaign, at, actor, data };
  return `id: ${position}\nevent: ${type}\ndata: ${JSON.stringify(body)}\n\n`;
}
