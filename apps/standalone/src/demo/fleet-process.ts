import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(__dirname, '..', '..', '..', 'fleet-simulator', 'dist', 'main.js');
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

/** A fault that the fleet is to show. */
export interface PlannedFault {
  readonly host?: string;
  readonly unit?: string;
  readonly command: string;
  readonly kind: string;
}

export interface FleetProcess {
  readonly pid: number;
  readonly landscape: string;
  readonly knownHosts: string;
  readonly clientKey: string;
  readonly controlUrl: string;
  readonly alertmanagerUrl: string;
  readonly faults: readonly PlannedFault[];
  readonly stop: () => Promise<void>;
}

/** Starts the simulated fleet as a process of its own and waits until every server answers. */
export async function startFleetProcess(
  args: readonly string[],
  signal?: AbortSignal,
): Promise<FleetProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A session of its own: Ctrl-C in the terminal reaches us only, and the hosts are there until the system has stopped.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
  const giveUp = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const line = await firstLine(createInterface({ input: child.stdout }), ended);
    return { ...(JSON.parse(line) as Omit<FleetProcess, 'stop'>), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

function firstLine(lines: NodeJS.EventEmitter, ended: Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => (): void => {
      clearTimeout(timer);
      act();
    };
    const tooLate = `the simulated fleet was not ready within ${READY_TIMEOUT_MS / 1000} s`;
    const timer = setTimeout(() => reject(new Error(tooLate)), READY_TIMEOUT_MS);
    void ended.then(settle(() => reject(new Error('the simulated fleet ended at once'))));
    lines.once('line', (line: string) => settle(() => resolve(line))());
  });
}
