// `npm start`: the whole system on this machine, for real use.
import { greeting } from './greeting';
import { portsFrom } from './ports';
import { readSettings } from './settings';
import { startSystem, type System } from './system';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const stopping = stopRequest();
  console.error('Starting ...');
  // Asked to stop before there is a system: end at once, the guards stop what has been started.
  let starting = true;
  void stopping.then(() => starting && process.exit(130));
  const system = await startSystem({
    dataDir: settings.dataDir,
    host: settings.host,
    ports: portsFrom(settings.port),
    databaseUrl: settings.databaseUrl,
    natsUrl: settings.natsUrl,
    without: settings.canReachHosts ? [] : ['execution-agent'],
    report: (line) => console.error(`${new Date().toISOString()} ${line}`),
  });
  starting = false;
  console.log(greeting(system, settings));
  process.exitCode = await untilTheEnd(system, stopping);
}

/** Resolves at the first request to stop. A second one does not wait: the guards then stop what we leave behind. */
function stopRequest(): Promise<void> {
  let asked = false;
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
}

async function untilTheEnd(system: System, stopping: Promise<void>): Promise<number> {
  // The parts do not keep us alive; we are here to watch them.
  const alive = setInterval(() => undefined, 60_000);
  const failure = await Promise.race([system.gaveUp, stopping]);
  if (failure) console.error(`${failure.message}; see ${system.directory.logs}`);
  console.error('Stopping ...');
  await system.stop();
  clearInterval(alive);
  return failure ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
