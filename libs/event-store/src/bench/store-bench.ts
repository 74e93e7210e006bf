import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { APPEND_CASES, type AppendResult, benchAppend, type Effort } from './append-bench';
import { type BenchDatabase, createBenchDatabase } from './bench-database';
import { benchLatency } from './latency-bench';
import { benchRead } from './read-bench';
import { reportText, type StoreReport } from './report';

const USAGE = 'usage: store-bench --url POSTGRES_URL [--json FILE] [--seconds N] [--rounds N]\n';

/**
 * Measures the store beside plain statements on the same server in the same run. The absolute figures are the
 * machine's; the ratios are the store's. The URL's user must be allowed to create databases and to checkpoint.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      json: { type: 'string' },
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const effort = { seconds: Number(values.seconds), rounds: Number(values.rounds) };
  if (values.url === undefined || !(effort.seconds > 0) || !(effort.rounds >= 1)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const database = await createBenchDatabase(values.url);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void database.remove().finally(() => process.exit(1)));
  }
  try {
    const report = await measure(database, effort);
    process.stdout.write(reportText(report));
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify(report, null, 2) + '\n');
  } finally {
    await database.remove();
  }
  return 0;
}

async function measure(database: BenchDatabase, effort: Effort): Promise<StoreReport> {
  const { rows } = await database.owner.query<{ server: string }>('select version() as server');
  const append: AppendResult[] = [];
  for (const load of APPEND_CASES) {
    process.stderr.write(`${load.eventsPerAppend} per append, ${load.writers} writers\n`);
    append.push(await benchAppend(database, load, effort));
  }
  const read = await benchRead(database, effort);
  const latencyMs = await benchLatency(database);
  return { server: rows[0]?.server ?? '', append, read, latencyMs };
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = error instanceof TypeError ? 2 : 1;
  },
);
