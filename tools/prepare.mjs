import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

const readJson = (...path) => JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));

/** Throws when this Node is older than package.json demands. */
export function assertNodeVersion() {
  const wanted = readJson('package.json').engines.node.replace('>=', '').split('.').map(Number);
  const actual = process.versions.node.split('.').map(Number);
  const older = actual[0] < wanted[0] || (actual[0] === wanted[0] && actual[1] < wanted[1]);
  if (older) throw new Error(`Node ${wanted.join('.')} or newer is needed, this is ${process.version}`);
}

/** One bootstrap at a time per clone: two terminals may start at once, and half an installation helps nobody. */
export async function withLock(work) {
  const lock = join(ROOT, '.nx', 'bootstrap.lock');
  mkdirSync(dirname(lock), { recursive: true });
  while (!take(lock)) await delay(200);
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(holderOf(lock))) rmSync(lock, { force: true });
  return false;
}

function holderOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    // 0 is what an empty lock reads as: its holder is between creating and writing it.
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Installs the packages when what is in node_modules is not what the lock file says. */
export async function install() {
  if (isInstalled()) return;
  // No install scripts: nothing that comes with a package runs at installation.
  const args = ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const viaNode = npm !== undefined && /\.c?js$/.test(npm);
  await step('Installing packages', viaNode ? process.execPath : 'npm', viaNode ? [npm, ...args] : args);
}

function isInstalled() {
  if (!existsSync(join(ROOT, 'node_modules', '.package-lock.json'))) return false;
  const wanted = readJson('package-lock.json').packages;
  const present = readJson('node_modules', '.package-lock.json').packages;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = present[path];
    // Packages for other platforms are in the lock file and rightly not here.
    return found ? found.version === version : Boolean(optional || devOptional);
  });
}

/** Compiles what has changed; nothing when nothing has. */
export async function build() {
  forgetBuildsWithoutOutput();
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await step('Building', process.execPath, [tsc, '-b', 'tsconfig.build.json']);
}

/** tsc trusts its notes about the last build even when somebody has removed the output. */
function forgetBuildsWithoutOutput() {
  for (const { path } of readJson('tsconfig.build.json').references) {
    const project = join(ROOT, dirname(path));
    if (existsSync(join(project, 'dist'))) continue;
    rmSync(join(project, 'tsconfig.build.tsbuildinfo'), { force: true });
  }
}

/** Runs one step; shows that it runs when that takes more than a moment, and its output only when it fails. */
async function step(title, command, args) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const terminal = process.stderr.isTTY;
  let shown = false;
  const show = () => {
    if (terminal) process.stderr.write(`\r${title} ... ${seconds()}`);
    else if (!shown) process.stderr.write(`${title} ...\n`);
    shown = true;
  };
  const timer = setInterval(show, 2000);
  const { code, output } = await run(command, args).finally(() => clearInterval(timer));
  if (shown) process.stderr.write(`${terminal ? '\r' : ''}${title}: ${seconds()}        \n`);
  if (code !== 0) throw new Error(`${title} failed: ${command} ${args.join(' ')}\n\n${output}`);
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
