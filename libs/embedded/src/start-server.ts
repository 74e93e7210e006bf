import { assertFree, freePort } from './free-port';
import type { GuardedProcess } from './guarded-process';
import type { RunningServer } from './running-server';
import type { ServerHome } from './server-home';
import { waitUntil } from './wait-until';

const ATTEMPTS = 4;

/** How to start one kind of server and how to see that it, and not a stranger on its port, is up. */
export interface ServerRecipe {
  name: string;
  /** Undefined: a free one. */
  port: number | undefined;
  timeoutMs: number;
  launch(port: number): Promise<GuardedProcess>;
  ready(port: number, server: GuardedProcess): Promise<boolean>;
}

/**
 * Starts a server on the given port, or on a free one, and returns when it is ready. When it does not come up, rejects
 * with the end of its log, and a temporary home is removed again.
 */
export async function startServer(
  home: ServerHome,
  recipe: ServerRecipe,
): Promise<Omit<RunningServer, 'url'>> {
  const { server, port } = await startOnPort(recipe).catch(cleanUpAndThrow(home));
  return {
    port,
    pid: server.pid,
    dataDir: home.directory,
    exited: server.exited,
    stop: () => server.stop().then(home.cleanUp),
    kill: async () => {
      await server.kill();
    },
  };
}

/** For `.catch`: passes the error on after the temporary home is gone. */
export function cleanUpAndThrow(home: ServerHome): (error: unknown) => Promise<never> {
  return async (error) => {
    await home.cleanUp();
    throw error;
  };
}

/** A free port can be taken between choosing and binding, so then another one is tried. */
async function startOnPort(recipe: ServerRecipe): Promise<{ server: GuardedProcess; port: number }> {
  const wanted = recipe.port;
  if (wanted !== undefined) await assertFree(wanted, recipe.name);
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await freePort());
    const server = await recipe.launch(port);
    try {
      const what = `${recipe.name} on port ${port}`;
      await waitUntil(() => isUp(server, port, recipe), { timeoutMs: recipe.timeoutMs, what });
      return { server, port };
    } catch (error) {
      await server.kill();
      const log = server.logTail();
      const portTaken = wanted === undefined && /address already in use/i.test(log);
      if (!portTaken || attempt === ATTEMPTS) {
        throw new Error(`${(error as Error).message}\n${log}`, { cause: error });
      }
    }
  }
}

async function isUp(server: GuardedProcess, port: number, recipe: ServerRecipe): Promise<boolean> {
  const end = server.ended();
  if (end) throw new Error(`${recipe.name} ended at once (${end.signal ?? `code ${end.code}`})`);
  return recipe.ready(port, server);
}
