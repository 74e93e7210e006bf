import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './prepare.mjs';

const KINDS = { unit: 'unit tests', int: 'integration tests', e2e: 'end-to-end tests' };

// The real servers that the integration tests talk to.
const SERVERS = [
  ['nats-server', 'nats-server'],
  ['sshd', 'openssh-server'],
  ['prometheus-alertmanager', 'prometheus-alertmanager'],
];

/**
 * Runs all tests of every project, one jest run per kind, and ends with the line `N passed, N failed`. Arguments that
 * name kinds choose among them, all others go to jest. Returns the exit code.
 */
export async function runTests(args) {
  const wanted = Object.keys(KINDS).filter((kind) => args.includes(kind));
  const kinds = wanted.length > 0 ? wanted : Object.keys(KINDS);
  const jestArgs = args.filter((arg) => !(arg in KINDS));
  if (kinds.some((kind) => kind !== 'unit')) await ensureServers();
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const kind of kinds) {
    process.stdout.write(`\n=== ${KINDS[kind]} ===\n`);
    const counts = await runKind(kind, jestArgs);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  if (total.skipped > 0) process.stdout.write(`\n${total.skipped} skipped\n`);
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

async function ensureServers() {
  const embedded = createRequire(import.meta.url)(join(ROOT, 'libs', 'embedded', 'dist', 'index.js'));
  for (const [command, packageName] of SERVERS) await embedded.ensureDebianPackage(command, packageName);
}

async function runKind(kind, jestArgs) {
  const directory = mkdtempSync(join(tmpdir(), 'patchtide-test-'));
  const results = join(directory, 'results.json');
  try {
    const code = await runJest(kind, ['--json', `--outputFile=${results}`, ...jestArgs]);
    return countsFrom(results, code);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function runJest(kind, args) {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const roots = projectSources().flatMap((source) => ['--roots', source]);
  const options = [
    '--config',
    join(ROOT, 'jest.config.cjs'),
    '--rootDir',
    ROOT,
    ...roots,
    '--passWithNoTests',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [jest, ...options, ...args], {
      cwd: ROOT,
      env: { ...process.env, TEST_KIND: kind },
      // With --json the results also go to standard output; the human report is on standard error.
      stdio: ['inherit', 'ignore', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', resolve);
  });
}

function projectSources() {
  const { references } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.build.json'), 'utf8'));
  return references.map(({ path }) => join(ROOT, dirname(path), 'src')).filter((path) => existsSync(path));
}

function countsFrom(file, code) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const results = JSON.parse(readFileSync(file, 'utf8'));
  // A file that could not even be loaded has no failed tests, only no tests.
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return {
    passed: results.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}
