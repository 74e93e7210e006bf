import { whenParentEnds } from './parent-process';
import { readFile } from 'node:fs/promises';
import type { Landscape } from '@patchtide/contracts';
import { readCliOptions, USAGE, UsageError } from './cli-options';
import { parseFaults } from './faults';
import { type Fleet, startFleet } from './fleet';

async function main(): Promise<void> {
  const { fleet: options, faults, landscape } = readCliOptions(process.argv.slice(2));
  const fleet = await startFleet({
    ...options,
    ...(faults !== undefined && { faults: faults === 'demo' ? 'demo' : parseFaults(await readJson(faults)) }),
    ...(landscape !== undefined && { landscape: withAllLists(await readJson(landscape)) }),
  });
  stopWithParentOrSignal(fleet);
  process.stdout.write(`${JSON.stringify(readyLine(fleet))}\n`);
}

function readyLine({ files, hosts, controlUrl, alertmanagerUrl, webhookUrl, faults, landscape }: Fleet) {
  return {
    ready: true,
    pid: process.pid,
    servers: hosts.size,
    port: landscape.servers[0]?.port,
    ...files,
    controlUrl,
    alertmanagerUrl,
    webhookUrl,
    faults: faults.list().map(({ fault }) => fault),
  };
}

/** A landscape file may leave out lists that would be empty. */
function withAllLists(document: unknown): Landscape {
  const { servers } = (document ?? {}) as { servers?: unknown };
  if (!Array.isArray(servers)) throw new TypeError('the landscape has no list of servers');
  const empty = { components: [], applications: [], relations: [], batchJobs: [], monitors: [] };
  return { ...empty, ...(document as Pick<Landscape, 'servers'> & Partial<Landscape>) };
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8')) as unknown;
}

/** An orphan would keep hundreds of addresses; nobody would stop it. */
function stopWithParentOrSignal(fleet: Fleet): void {
  const stop = () => {
    stopLooking();
    void fleet.stop().then(() => process.exit(0));
  };
  const stopLooking = whenParentEnds(stop);
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
}

main().catch((error: unknown) => {
  const isUsage = error instanceof UsageError;
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n${isUsage ? `${USAGE}\n` : ''}`,
  );
  process.exit(isUsage ? 2 : 1);
});
