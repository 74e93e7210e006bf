import type { ServerResponse } from 'node:http';

/** A receiver that takes nothing for this long is cut off: it can come back, and until then it holds nothing here. */
const STUCK_MS = 60_000;

/** Writes, and resolves when the receiver can take more or is gone. One that stays stuck is cut off. */
export function writeSlowly(response: ServerResponse, text: string, stuckMs = STUCK_MS): Promise<void> {
  if (text === '' || response.destroyed || response.write(text)) return Promise.resolve();
  return new Promise((resolve) => {
    const stuck = setTimeout(() => response.destroy(), stuckMs);
    const done = (): void => {
      clearTimeout(stuck);
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
