// `npm run bench -- <smoke|store|ansible|plan> [options]`: figures measured by the whole system, by the event store alone,
// beside Ansible, or of planning.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startPostgres } from '@patchtide/embedded';
import { compareWithAnsible } from './ansible/compare';
import { planBench } from './plan/plan-bench';
import { smoke } from './smoke';

const STORE_BENCH = join(
  __dirname,
  '..',
  '..',
  '..',
  '..',
  'libs',
  'event-store',
  'dist',
  'bench',
  'store-bench.js',
);
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  smoke,
  store,
  ansible: compareWithAnsible,
  plan: planBench,
};

/** The store beside plain INSERTs, on a durable Postgres of its own. */
async function store(args: readonly string[]): Promise<number> {
  const postgres = await startPostgres();
  try {
    const child = spawn(process.execPath, [STORE_BENCH, '--url', postgres.url, ...args], {
      stdio: 'inherit',
    });
    return await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  } finally {
    await postgres.stop();
  }
}

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (bench) return bench(args);
  process.stderr.write(`usage: npm run bench -- <${Object.keys(BENCHES).join('|')}> [options]\n`);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
