// Changes the planner on trial, one small mutation after the other, and counts those that no test notices.
//   npm run mutation [-- options of Stryker, e.g. --mutate libs/domain/src/plan/order-jobs.ts]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');

function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(HERE, 'node_modules'))) run('npm', ['ci', '--ignore-scripts'], HERE);
const stryker = join(HERE, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
run(
  process.execPath,
  [stryker, 'run', join('tools', 'mutation', 'stryker.config.mjs'), ...process.argv.slice(2)],
  ROOT,
);
