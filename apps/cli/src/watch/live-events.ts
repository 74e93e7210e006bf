import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '../api';
import type { LiveEvent } from './tally';

const RECONNECT_MS = 1_000;

/** Who listens to the events of a campaign. */
export interface Listener {
  /** From here on no event is missed; after a broken connection again. */
  opened(): void;
  event(event: LiveEvent): void;
}

/**
 * Passes the live events of a campaign on until aborted. A stream that breaks, or cannot be had, is asked for again
 * after the last event: the board polls as well, and is the one to say that no server answers.
 */
export async function listen(
  api: Api,
  campaign: string,
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    try {
      const lines = await api.stream(`/stream?campaign=${encodeURIComponent(campaign)}`, last, signal);
      listener.opened();
      for await (const line of lines) last = receive(line, listener) ?? last;
    } catch {
      // Aborted, or broken: what happens meanwhile is seen by looking.
    }
    await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Passes an event on; answers with the id by which the stream can be resumed, where the line is one. */
function receive(line: string, listener: Listener): string | null {
  if (line.startsWith('data: ')) listener.event(JSON.parse(line.slice(6)) as LiveEvent);
  return line.startsWith('id: ') ? line.slice(4) : null;
}
