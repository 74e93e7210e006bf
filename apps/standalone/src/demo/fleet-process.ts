import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(__dirname, '..', '..', '..', 'fleet-simulator', 'dist', 'main.js');
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;

export interface FleetProcess {
  readonly pid: number;
  readonly landscape: string;
  readonly knownHosts: string;
  readonly clientKey: string;
  readonly controlUrl: string;
  readonly alertmanagerUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts the simulated fleet as a process of its own and waits until every server answers. */
export async function startFleetProcess(args: readonly string[]): Promise<FleetProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
  const line = await firstLine(createInterface({ input: child.stdout }), ended).catch(
    async (error: unknown) => {
      await stop();
      throw error;
    },
  );
  return { ...(JSON.parse(line) as Omit<FleetProcess, 'stop'>), stop };
}

function firstLine(lines: NodeJS.EventEmitter, ended: Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('the simulated fleet was not ready in time')),
      READY_TIMEOUT_MS,
    );
    const settle = (): void => clearTimeout(timer);
    void ended.then(() => {
      settle();
      reject(new Error('the simulated fleet ended at once'));
    });
    lines.once('line', (line: string) => {
      settle();
      resolve(line);
    });
  });
}
