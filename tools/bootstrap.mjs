// The first thing that runs on a fresh machine, so it uses nothing but Node: installs and builds what is missing, says
// little about it, and then runs the wanted program in this very process, so that signals reach it directly.
//   node tools/bootstrap.mjs <demo|start|test|bench|build|install> [arguments]
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assertNodeVersion, build, install, ROOT, withLock } from './prepare.mjs';
import { runTests } from './run-tests.mjs';

const PROGRAMS = {
  demo: 'apps/standalone/dist/demo/main.js',
  start: 'apps/standalone/dist/main.js',
  bench: 'apps/standalone/dist/bench/main.js',
};

async function main([target, ...args]) {
  const known = [...Object.keys(PROGRAMS), 'test', 'build', 'install'];
  if (!known.includes(target)) {
    throw new Error(`usage: node tools/bootstrap.mjs <${known.join('|')}> [arguments]`);
  }
  assertNodeVersion();
  await withLock(async () => {
    await install();
    if (target !== 'install') await build();
  });
  if (target === 'test') process.exitCode = await runTests(args);
  if (target in PROGRAMS) runHere(join(ROOT, PROGRAMS[target]), args);
}

function runHere(program, args) {
  if (!existsSync(program)) throw new Error(`${program} does not exist, although everything was built`);
  process.argv = [process.execPath, program, ...args];
  createRequire(program)(program);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`\npatchtide: ${error.message}\n`);
  process.exit(error.exitCode ?? 1);
}
