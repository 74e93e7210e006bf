import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './prepare.mjs';

const KINDS = { unit: 'unit tests', int: 'integration tests', e2e: 'end-to-end tests' };

// The real servers that the integration tests talk to.
const SERVERS = [
  ['nats-server', 'nats-server'],
  ['sshd', 'openssh-server'],
  ['prometheus-alertmanager', 'prometheus-alertmanager'],
  ['pdftotext', 'poppler-utils'],
];

const NOTHING = { passed: 0, failed: 0, skipped: 0 };

/**
 * Runs all tests of every project, one jest run per kind, and ends with the line `N passed, N failed`. Arguments that
 * name kinds choose among them, all others go to jest. Returns the exit code.
 */
export async function runTests(args) {
  const wanted = Object.keys(KINDS).filter((kind) => args.includes(kind));
  const kinds = wanted.length > 0 ? wanted : Object.keys(KINDS);
  const jestArgs = args.filter((arg) => !(arg in KINDS));
  if (kinds.some((kind) => kind !== 'unit')) await ensureServers();
  const total = { ...NOTHING };
  for (const kind of kinds) {
    process.stdout.write(`\n=== ${KINDS[kind]} ===\n`);
    add(total, await runKind(kind, jestArgs));
    if (kind === 'unit' && jestArgs.length === 0) add(total, await runFenceTests());
  }
  if (total.skipped > 0) {
    process.stdout.write(`\n${total.skipped} skipped\n`);
    const problem = library('real-fleet').realFleetProblem();
    if (problem !== null) process.stdout.write(`NOT RUN: tests on real hosts. ${problem}\n`);
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

function add(total, counts) {
  for (const key of Object.keys(total)) total[key] += counts[key];
}

async function ensureServers() {
  const { ensureDebianPackage } = library('embedded');
  for (const [command, packageName] of SERVERS) await ensureDebianPackage(command, packageName);
  // Its build takes a minute or two, which no single test should have to wait for.
  const { realFleetProblem, ensureBase } = library('real-fleet');
  if (realFleetProblem() === null) await ensureBase((line) => process.stderr.write(`${line}\n`));
}

function library(name) {
  return createRequire(import.meta.url)(join(ROOT, 'libs', name, 'dist', 'index.js'));
}

async function runKind(kind, jestArgs) {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const roots = projectSources().flatMap((source) => ['--roots', source]);
  const reporters = ['default', join(ROOT, 'tools', 'count-reporter.cjs')].flatMap((name) => [
    '--reporters',
    name,
  ]);
  const options = ['--config', join(ROOT, 'jest.config.cjs'), '--rootDir', ROOT, ...roots, ...reporters];
  return withCountsFile(async (file) => {
    const env = { ...process.env, TEST_KIND: kind, PATCHTIDE_TEST_COUNTS: file };
    const code = await runNode([jest, ...options, '--passWithNoTests', ...jestArgs], env);
    return { code, counts: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : NOTHING };
  });
}

/** The lint fences are tested with Node's own runner: they are about the linter, not about TypeScript. */
async function runFenceTests() {
  return withCountsFile(async (file) => {
    const reporters = [`--test-reporter=tap`, `--test-reporter-destination=${file}`];
    const code = await runNode(
      ['--test', ...reporters, join(ROOT, 'tools', 'fences', 'fences.test.mjs')],
      process.env,
    );
    const report = readFileSync(file, 'utf8');
    const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(report)?.[1] ?? 0);
    process.stdout.write(code === 0 ? `fences: ${number('pass')} passed\n` : report);
    return { code, counts: { passed: number('pass'), failed: number('fail'), skipped: number('skipped') } };
  });
}

async function withCountsFile(run) {
  const directory = mkdtempSync(join(tmpdir(), 'patchtide-test-'));
  try {
    const { code, counts } = await run(join(directory, 'counts'));
    // A run can fail without a failed test, for example when it is killed.
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function runNode(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** The source folder of every project. */
function projectSources() {
  return ['apps', 'libs', 'tools'].flatMap((group) =>
    readdirSync(join(ROOT, group))
      .map((project) => join(ROOT, group, project, 'src'))
      .filter((source) => existsSync(source)),
  );
}
