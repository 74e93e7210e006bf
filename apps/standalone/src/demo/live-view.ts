import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { System } from '../system';

const CLI = join(__dirname, '..', '..', '..', 'cli', 'bin', 'patchtide.js');
/** The command line ends at once when it is asked to; it only has to give the terminal back. */
const STOP_TIMEOUT_MS = 2_000;
const REFUSED = 1;

/** The live view of a campaign, as a process of its own. */
export interface LiveView {
  /** Settles when the campaign is closed, with what the view had to say about it; empty when all went well. */
  readonly ended: Promise<string>;
  readonly stop: () => Promise<void>;
}

/** `patchtide campaign watch`, as a person would run it in this terminal. */
export function startLiveView(system: System, campaign: string): LiveView {
  const child = spawn(process.execPath, [CLI, 'campaign', 'watch', campaign], {
    env: {
      ...process.env,
      PATCHTIDE_URL: system.urlOf('console'),
      PATCHTIDE_TOKEN: system.tokens.operator,
    },
    // The channel says nothing; its end tells the view that we are gone.
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words += text));
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    // Interrupted, it only says that the campaign goes on without it, which is not so here.
    child.once('close', (code) => resolve(code === REFUSED ? words : ''));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
  return { ended, stop };
}
