import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assertFree, type GuardedProcess, startGuarded, waitUntil } from '@patchtide/embedded';
import { describeExit, type Part, type RunningPart } from './part';

// The same depth from src/ (tests) and dist/.
const APPS = join(__dirname, '..', '..');
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const PROBE_TIMEOUT_MS = 2_000;

/** One process of one service. */
export interface ServiceProcess {
  /** Name of this process; instances of one service differ in it. */
  readonly name: string;
  /** Folder under apps/. */
  readonly app: string;
  readonly host: string;
  readonly port: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: string;
}

/** A service as a part: `node apps/<app>/dist/main.js`, ready when `/health/ready` says so. */
export function servicePart(service: ServiceProcess): Part {
  return { name: service.name, start: () => start(service) };
}

async function start(service: ServiceProcess): Promise<RunningPart> {
  const program = join(APPS, service.app, 'dist', 'main.js');
  if (!existsSync(program)) throw new Error(`${program} is missing; run \`npm run build\``);
  await assertFree(service.port, service.name);
  const running = await startGuarded({
    command: process.execPath,
    args: ['--enable-source-maps', program],
    env: { ...service.environment, HOST: service.host, PORT: String(service.port) },
    log: service.log,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  const what = `${service.name} to be ready`;
  await waitUntil(() => isReady(running, service), {
    timeoutMs: READY_TIMEOUT_MS,
    what,
    intervalMs: 100,
  }).catch(async (error: Error) => {
    await running.kill();
    throw new Error(`${error.message}. The end of ${service.log}:\n${running.logTail()}`, { cause: error });
  });
  return running;
}

async function isReady(running: GuardedProcess, service: ServiceProcess): Promise<boolean> {
  const exit = running.ended();
  if (exit) throw new Error(`${service.name} ended at once (${describeExit(exit)})`);
  const url = `http://${service.host}:${service.port}/health/ready`;
  return fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).then(
    (response) => response.ok,
    // Nobody listens yet.
    () => false,
  );
}
