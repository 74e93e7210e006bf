import type { ConsoleUnderTest } from './console-under-test';
import { tokenOf } from './tokens';

/** Somebody who listens to the live events. */
export interface Receiver {
  /** Positions of the events that have come. */
  readonly ids: readonly number[];
  /** Resolves when the stream is over, whoever ended it. */
  readonly ended: Promise<void>;
  readonly leave: () => void;
}

/** Opens the stream as a viewer. @throws when it is refused */
export async function receiveEvents(
  console: ConsoleUnderTest,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<Receiver> {
  const leaving = new AbortController();
  const response = await fetch(`${console.running.url}/v1/stream${query}`, {
    headers: { authorization: `Bearer ${tokenOf('viewer')}`, ...headers },
    signal: leaving.signal,
  });
  if (response.headers.get('content-type') !== 'text/event-stream')
    throw new Error(`the stream is answered with ${response.status}`);
  const ids: number[] = [];
  const ended = collect(response.body as AsyncIterable<Uint8Array>, ids).catch(() => undefined);
  return { ids, ended, leave: () => leaving.abort() };
}

async function collect(body: AsyncIterable<Uint8Array>, ids: number[]): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of body) {
    const blocks = (text + decoder.decode(part, { stream: true })).split('\n\n');
    text = blocks.pop() ?? '';
    const events = blocks.filter((block) => block.includes('\ndata: '));
    ids.push(...events.map((block) => Number(/^id: (\d+)/m.exec(block)?.[1])));
  }
}
